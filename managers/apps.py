from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagersConfig(AppConfig):
    """The people who serve: staff, audit, outbox, inbox, competition."""

    name = "managers"
    verbose_name = _("The people who serve")

    def ready(self):
        """Make letters, and the criteria of grades, known to those who import no feature."""
        import_module("managers.letters")
        import_module("managers.grades.results")
