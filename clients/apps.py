from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    """The people we serve: book, import, handover, lobby, follow-ups, and a person's day."""

    name = "clients"
    verbose_name = _("The people we serve")

    def ready(self):
        """Make the kinds of letter known to the courier, which may not import this app."""
        import_module("clients.letters")
