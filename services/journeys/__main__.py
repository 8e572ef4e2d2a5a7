"""`python -m services.journeys api | worker | migrate`."""

from services.journeys.main import service
from shared.process import main

main(service)
