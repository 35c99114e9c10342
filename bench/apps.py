from django.apps import AppConfig


class BenchConfig(AppConfig):
    """A command only; no tables."""

    name = "bench"
