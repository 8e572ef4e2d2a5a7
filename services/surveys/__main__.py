"""`python -m services.surveys api | worker | migrate`."""

from services.surveys.main import service
from shared.process import main

main(service)
