"""Registry: the administrator's tables."""

from clients.appointments import admin as appointments
from clients.sales import admin as sales

__all__ = ["appointments", "sales"]
