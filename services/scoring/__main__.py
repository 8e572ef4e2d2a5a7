"""`python -m services.scoring api | worker | migrate`."""

from services.scoring.main import service
from shared.process import main

main(service)
