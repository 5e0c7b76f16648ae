"""Run inventory: `python -m services.inventory`."""

from services.inventory.app import service
from shared.http.server import main

main(service)
