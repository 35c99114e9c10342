from django.db import migrations, models


class Migration(migrations.Migration):
    """All columns of the standings in one index; the one that it replaces goes last."""

    dependencies = [("managers", "0019_displays")]

    operations = [
        migrations.AddIndex(
            model_name="pointentry",
            index=models.Index(
                fields=["staff", "day", "metric", "amount", "reverses"], name="points_to_sum_up"
            ),
        ),
        migrations.RemoveIndex(model_name="pointentry", name="points_by_person"),
    ]
