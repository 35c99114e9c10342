"""Registry: the administrator's tables."""
