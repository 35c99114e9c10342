from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    """The people we serve: book, import, handover, lobby, follow-ups, and a person's day."""

    name = "clients"
    verbose_name = _("The people we serve")

    def ready(self):
        """Make letters, notifications and the like known to those who import no feature."""
        import_module("clients.letters")
        import_module("clients.notices")
        import_module("clients.privacy.table")
        import_module("clients.reassignment.leaving")
        import_module("clients.assets.ladder")
        import_module("clients.coverage.ladder")
        import_module("clients.desk.hand")
        import_module("clients.desk.origins")
        import_module("clients.desk.subjects")
