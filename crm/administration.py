"""The administration: Django's, with one front door and without the tables of other packages."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models.base import ModelBase
from django.utils.translation import gettext_lazy as _

OURS = ("clients", "crm", "managers")


class Administration(AdminSite):
    """Closed to what packages would show: tokens, groups and addresses are nobody's to edit."""

    site_header = site_title = _("Guibin administration")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Take the models of our own apps and leave the others out."""
        models = model_or_iterable
        if isinstance(models, ModelBase):
            models = [models]
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)


class AdministrationConfig(AdminConfig):
    """Makes ours the site where all tables of the administrator are registered."""

    default_site = "crm.administration.Administration"
