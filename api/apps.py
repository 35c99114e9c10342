from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface under /api/v1/."""

    name = "api"

    def ready(self):
        """Make its records known to retention, which imports nothing of the API."""
        import_module("api.kept")
