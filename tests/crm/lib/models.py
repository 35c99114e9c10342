"""A table of our own for the fields and the pager, so that they need no feature to be tested."""

from django.db import models

from crm.lib.money import MoneyField, PointsField
from crm.lib.secrets import EncryptedField


class Purse(models.Model):
    id = models.BigIntegerField(primary_key=True)
    amount = MoneyField(default=0)
    limit = MoneyField(null=True)
    points = PointsField(default=0)
    secret = EncryptedField(default="")
    name = models.CharField(max_length=20, default="")

    class Meta:
        app_label = "crm_lib_tests"
