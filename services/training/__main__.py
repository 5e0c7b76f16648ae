"""Run training: `python -m services.training`."""

from services.training.app import service
from shared.http.server import main

main(service)
