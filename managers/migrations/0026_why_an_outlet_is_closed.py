from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("managers", "0025_who_wrote_a_result"),
    ]

    operations = [
        migrations.AddField(
            model_name="openinghours",
            name="reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Colleagues read it beside each closed day, such as: renovation.",
                max_length=60,
                verbose_name="why it is closed",
            ),
        ),
        migrations.AlterConstraint(
            model_name="openinghours",
            name="one_opening_a_day",
            constraint=models.UniqueConstraint(
                fields=("unit", "valid_from"),
                name="one_opening_a_day",
                violation_error_message="Something else is set for that day already; please choose another one.",
            ),
        ),
    ]
