from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """The floor: settings of the bank, the working calendar, and the library under everything."""

    name = "crm"
    verbose_name = _("Settings of the bank")
