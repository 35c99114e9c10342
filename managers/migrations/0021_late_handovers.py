from django.db import migrations, models

METRICS = [
    ("aum_growth", "Net growth of assets"),
    ("new_vip", "New VIP clients"),
    ("tier_upgrade", "Tier upgrades"),
    ("fee_income", "Fee income"),
    ("sales", "Weighted sales"),
    ("cross_sell", "Cross-sell rate"),
    ("contact", "Valid contacts"),
    ("csat", "Satisfaction"),
    ("handover", "Clients introduced"),
    ("referral", "Referrals accepted"),
    ("conversion", "Referrals converted"),
    ("identified", "Clients identified"),
    ("complaint", "Complaint upheld"),
    ("transferred", "Complaint sent on by the regulator"),
    ("overdue", "Serious complaint overdue"),
    ("late", "Handover late"),
]


class Migration(migrations.Migration):
    """Another metric, which neither database needs to know: no table is written anew."""

    dependencies = [("managers", "0020_what_standings_ask")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="metric",
            field=models.CharField(choices=METRICS, max_length=12, verbose_name="metric"),
        )
        for name in ("appeal", "pointentry")
    ]
