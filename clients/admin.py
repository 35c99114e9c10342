"""Registry: the administrator's tables."""

from clients.sales import admin as sales

__all__ = ["sales"]
