from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import crm.lib.clock

_ALWAYS = date(2000, 1, 1)


def take_from_units(apps, schema_editor):
    """What an outlet had held on working days, without a beginning."""
    hours = apps.get_model("managers", "OpeningHours")
    for unit in apps.get_model("managers", "OrgUnit").objects.filter(opens_at__isnull=False):
        hours.objects.create(
            unit=unit,
            valid_from=_ALWAYS,
            days=[1, 2, 3, 4, 5],
            opens_at=unit.opens_at,
            closes_at=unit.closes_at,
        )


def give_to_units(apps, schema_editor):
    """The latest hours without an end; days, closures and dates have no place at the unit."""
    unit = apps.get_model("managers", "OrgUnit").objects
    rows = apps.get_model("managers", "OpeningHours").objects.filter(
        valid_until=None, opens_at__isnull=False
    )
    for row in rows.order_by("valid_from"):
        unit.filter(pk=row.unit_id).update(opens_at=row.opens_at, closes_at=row.closes_at)


class Migration(migrations.Migration):
    dependencies = [("managers", "0023_opening_hours")]

    operations = [
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: until something else is set.",
                        null=True,
                        verbose_name="last day",
                    ),
                ),
                ("days", models.JSONField(blank=True, default=list, verbose_name="open on")),
                (
                    "opens_at",
                    models.TimeField(
                        blank=True,
                        help_text="Empty: the hours of the bank.",
                        null=True,
                        verbose_name="opens at",
                    ),
                ),
                (
                    "closes_at",
                    models.TimeField(blank=True, null=True, verbose_name="closes at"),
                ),
                ("set_at", models.DateTimeField(default=crm.lib.clock.now)),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opening_hours",
                        to="managers.orgunit",
                        verbose_name="outlet",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ["-valid_from", "-pk"],
            },
        ),
        migrations.RunPython(take_from_units, give_to_units),
        migrations.RemoveConstraint("orgunit", "an_outlet_opens_before_it_closes"),
        migrations.RemoveField("orgunit", "closes_at"),
        migrations.RemoveField("orgunit", "opens_at"),
        migrations.AddConstraint(
            "openinghours",
            models.UniqueConstraint(fields=("unit", "valid_from"), name="one_opening_a_day"),
        ),
        migrations.AddConstraint(
            "openinghours",
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="an_outlet_opens_before_it_closes",
                violation_error_message="An outlet opens before it closes, or has no own hours.",
            ),
        ),
        migrations.AddConstraint(
            "openinghours",
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="opening_hours_end_after_they_begin",
                violation_error_message="The last day is not before the first.",
            ),
        ),
    ]
