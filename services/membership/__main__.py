"""Run membership: `python -m services.membership`."""

from services.membership.app import service
from shared.http.server import main

main(service)
