"""The services that make up kkmp, and what the log's server holds for them."""

from services.inventory.app import service as inventory
from services.membership.app import service as membership
from services.training.app import service as training

SERVICES = (membership, training, inventory)
DURABLES = tuple(durable for service in SERVICES for durable in service.durables)
