from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagersConfig(AppConfig):
    """The people who serve: staff, audit, outbox, competition."""

    name = "managers"
    verbose_name = _("The people who serve")
