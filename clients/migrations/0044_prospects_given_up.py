from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_from_leads(apps, schema_editor):
    """Prospects of no interest are given up since they are."""
    client, lead = apps.get_model("clients", "Client"), apps.get_model("clients", "Lead")
    lost = lead.objects.filter(stage="lost")
    since = lost.filter(client=OuterRef("pk")).values("since")[:1]
    client.objects.filter(pk__in=lost.values("client")).update(given_up_at=Subquery(since))


class Migration(migrations.Migration):
    dependencies = [("clients", "0043_hours_of_peace")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="given_up_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when nobody tries to win this prospect any more (rules E10).",
                null=True,
                verbose_name="given up",
            ),
        ),
        migrations.RunPython(take_from_leads, migrations.RunPython.noop),
    ]
