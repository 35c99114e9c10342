import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q

from crm.lib.migrating import AddCheck, AddUnique

_PAIRS = (("from_time", "to_time"), ("quiet_from", "quiet_to"))


def mend(apps, schema_editor):
    """Half a pair of hours says nothing, and no plan was ever made by such a rule."""
    preferences = apps.get_model("clients", "Preferences")
    for first, last in _PAIRS:
        half = Q(**{f"{first}__isnull": True}) ^ Q(**{f"{last}__isnull": True})
        preferences.objects.filter(half).update(**{first: None, last: None})
    rules = apps.get_model("clients", "TriggerRule").objects
    rules.filter(in_working_days=True, offset__lt=0).update(in_working_days=False)
    standards = apps.get_model("clients", "ContactStandard").objects
    for field in ("gap_days", "visit_months"):
        standards.filter(**{field: 0}).update(**{field: 1})


def two_ends(first, last, name):
    neither = Q(**{f"{first}__isnull": True, f"{last}__isnull": True})
    both = Q(**{f"{first}__isnull": False, f"{last}__isnull": False, f"{last}__gt": F(first)})
    return models.CheckConstraint(condition=neither | both, name=name)


def at_least_one(label):
    return models.PositiveSmallIntegerField(
        label, blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
    )


class Migration(migrations.Migration):
    atomic = False  # checks of a large table are added first and looked at afterwards

    dependencies = [("clients", "0044_prospects_given_up")]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        AddCheck("preferences", two_ends("from_time", "to_time", "best_time_has_two_ends")),
        AddCheck("preferences", two_ends("quiet_from", "quiet_to", "quiet_time_has_two_ends")),
        migrations.RemoveConstraint("preferences", "best_time_begins_before_it_ends"),
        migrations.RemoveConstraint("preferences", "quiet_time_begins_before_it_ends"),
        migrations.AddField(
            "followup",
            "event_key",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which of several on one day.",
                max_length=40,
            ),
        ),
        AddUnique(
            "followup",
            models.UniqueConstraint(
                condition=Q(state="open"),
                fields=("client", "trigger", "due_on", "event_key"),
                name="one_open_follow_up_a_reason_and_day",
            ),
        ),
        AddUnique(
            "followup",
            models.UniqueConstraint(
                condition=Q(event_on__isnull=False),
                fields=("client", "rule", "event_on", "event_key"),
                name="one_follow_up_an_event_ever",
            ),
        ),
        migrations.RemoveConstraint("followup", "one_open_follow_up_a_trigger_and_day"),
        migrations.RemoveConstraint("followup", "one_follow_up_an_event"),
        migrations.AlterField("contactstandard", "gap_days", at_least_one("longest gap, days")),
        migrations.AlterField(
            "contactstandard", "visit_months", at_least_one("visit every … months")
        ),
        migrations.AddConstraint(
            "contactstandard",
            models.CheckConstraint(
                condition=~Q(gap_days=0) & ~Q(visit_months=0),
                name="a_standard_asks_for_one_day_at_least",
            ),
        ),
        migrations.AddConstraint(
            "triggerrule",
            models.CheckConstraint(
                condition=Q(in_working_days=False) | Q(offset__gte=0),
                name="working_days_follow_the_event",
            ),
        ),
    ]
