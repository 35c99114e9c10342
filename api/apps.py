from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface under /api/v1/."""

    name = "api"
