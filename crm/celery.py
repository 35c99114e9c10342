"""Celery: what the clock starts, and how workers find the tasks.

Tasks only wake queues that live in the database, and carry ids: a lost message costs a delay,
a doubled one nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("guibin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A wake-up that comes late has been replaced by the next, so it expires; but it is the worker's
# clock that says so. No mail, import, export or plan may wait because two machines are minutes
# apart.
WRONG_CLOCK = 15 * 60  # seconds

app.conf.beat_schedule = {
    "deliver": {
        "task": "managers.outbox.tasks.deliver",
        "schedule": 20.0,
        "options": {"expires": WRONG_CLOCK},
    },
    "plan": {
        "task": "managers.outbox.tasks.plan",
        "schedule": 60.0,
        "options": {"expires": WRONG_CLOCK},
    },
    "build-exports": {
        "task": "clients.exports.tasks.build_exports",
        "schedule": 20.0,
        "options": {"expires": WRONG_CLOCK},
    },
    "watch-reading": {
        "task": "clients.oversight.tasks.watch_reading",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "watch-day": {
        "task": "clients.oversight.tasks.watch_day",
        "schedule": crontab(hour=23, minute=50),
    },
    "check-audit": {
        "task": "clients.oversight.tasks.check_audit",
        "schedule": crontab(hour=4, minute=10),
    },
    "seal-access": {
        "task": "managers.audit.tasks.seal_access",
        "schedule": crontab(minute="*/5"),  # until then a lost line is not missed
        "options": {"expires": 300},
    },
    "make-partitions": {
        "task": "managers.audit.tasks.make_partitions",
        "schedule": crontab(hour=3, minute=20),
    },
    "assess": {
        "task": "managers.grades.tasks.assess",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "appoint": {
        "task": "managers.grades.tasks.appoint",
        "schedule": crontab(hour=0, minute=40),
    },
    "clear-inbox": {
        "task": "managers.inbox.tasks.clear_inbox",
        "schedule": crontab(hour=3, minute=10),
    },
    "watch-mail": {
        "task": "managers.inbox.tasks.watch_mail",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "pick-up-imports": {
        "task": "clients.intake.tasks.pick_up_imports",
        "schedule": 30.0,
        "options": {"expires": WRONG_CLOCK},
    },
    "pick-up-plans": {
        "task": "clients.reassignment.tasks.pick_up_plans",
        "schedule": 30.0,
        "options": {"expires": WRONG_CLOCK},
    },
    "check-owners": {
        "task": "clients.reassignment.tasks.check_owners",
        "schedule": crontab(hour=2, minute=50),
    },
    "throw-away-imports": {
        "task": "clients.intake.tasks.throw_away_imports",
        "schedule": crontab(hour=3, minute=10),
    },
    "apply-retention": {
        "task": "clients.privacy.tasks.apply_retention",
        "schedule": crontab(hour=3, minute=40),
    },
    "warn-of-requests": {
        "task": "clients.privacy.tasks.warn_of_requests",
        "schedule": crontab(hour=8, minute=5),
    },
    "open-market-reports": {
        "task": "clients.market.tasks.open_market_reports",
        "schedule": crontab(hour=7, minute=30),
    },
    "tell-of-missed-callbacks": {
        "task": "clients.followups.tasks.tell_of_missed_callbacks",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell-of-closed-outlets": {
        "task": "clients.appointments.tasks.tell_of_closed_outlets",
        "schedule": crontab(hour=7, minute=45),
    },
    "mark-missed": {
        "task": "clients.followups.tasks.mark_missed",
        "schedule": crontab(hour=0, minute=20),
    },
    "plan-contacts": {
        "task": "clients.followups.tasks.plan_contacts",
        "schedule": crontab(minute=30),  # most are planned at once; imports and new days here
        "options": {"expires": 1800},
    },
    "escalate-requests": {
        "task": "clients.requests.tasks.escalate_requests",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "plan-events": {
        "task": "clients.planning.tasks.plan_events",
        "schedule": crontab(hour=3, minute=0),
    },
    "settle-months": {
        "task": "clients.assets.tasks.settle_months",
        "schedule": crontab(hour=1, minute=20),
    },
    "count-growth": {
        "task": "clients.handover.tasks.count_growth",
        "schedule": crontab(hour=4, minute=20),
    },
    "review-clients": {
        "task": "clients.assets.tasks.review_clients",
        "schedule": crontab(hour=2, minute=20),
    },
    "grant-benefits": {
        "task": "clients.sales.tasks.grant_benefits",
        "schedule": crontab(hour=1, minute=40),
    },
    "recheck-sales": {
        "task": "clients.sales.tasks.recheck_sales",
        "schedule": crontab(hour=4, minute=40),
    },
    "rate-cross-sell": {
        "task": "clients.sales.tasks.rate_cross_sell",
        "schedule": crontab(hour=4, minute=50),
    },
    "move-referrals-on": {
        "task": "clients.lobby.tasks.move_referrals_on",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "settle-referrals": {
        "task": "clients.lobby.tasks.settle_referrals",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "remind-of-handovers": {
        "task": "clients.handover.tasks.remind_of_handovers",
        "schedule": crontab(minute=10, hour="8-18"),
        "options": {"expires": 3600},
    },
    "tidy-handovers": {
        "task": "clients.handover.tasks.tidy_handovers",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
}
