"""`python -m services.witness api | worker | migrate`."""

from services.witness.main import service
from shared.process import main

main(service)
