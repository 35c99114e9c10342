"""Registry: the administrator's tables."""

from clients.appointments import admin as appointments
from clients.planning import admin as planning
from clients.sales import admin as sales

__all__ = ["appointments", "planning", "sales"]
