"""`python -m services.notifications api | worker | migrate`."""

from services.notifications.main import service
from shared.process import main

main(service)
