"""`python -m services.applications api | worker | migrate`."""

from services.applications.main import service
from shared.process import main

main(service)
