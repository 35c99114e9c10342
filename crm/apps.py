import gc

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# New objects before the collector looks for cycles, then of its rounds: by itself it begins at 700,
# and walks over the rows of one long list again and again.
COLLECTING = (10_000, 20, 20)


class CrmConfig(AppConfig):
    """The floor: settings of the bank, the working calendar, and the library under everything."""

    name = "crm"
    verbose_name = _("Settings of the bank")

    def ready(self):
        gc.set_threshold(*COLLECTING)
