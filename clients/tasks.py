"""Registry: Celery looks for tasks here."""

from clients.appointments.tasks import tell_of_closed_outlets
from clients.assets.tasks import review_clients, settle_months
from clients.exports.tasks import build_exports
from clients.followups.tasks import mark_missed, plan_contacts, tell_of_missed_callbacks
from clients.handover.tasks import remind_of_handovers, tidy_handovers
from clients.intake.tasks import pick_up_imports, throw_away_imports, work_import
from clients.lobby.tasks import move_referrals_on, settle_referrals
from clients.market.tasks import open_market_reports
from clients.oversight.tasks import check_audit, watch_day, watch_reading
from clients.planning.tasks import plan_events
from clients.privacy.tasks import apply_retention, warn_of_requests
from clients.reassignment.tasks import check_owners, pick_up_plans, work_plan
from clients.requests.tasks import escalate_requests
from clients.sales.tasks import grant_benefits

__all__ = [
    "apply_retention",
    "build_exports",
    "check_audit",
    "check_owners",
    "escalate_requests",
    "grant_benefits",
    "mark_missed",
    "move_referrals_on",
    "open_market_reports",
    "pick_up_imports",
    "pick_up_plans",
    "plan_contacts",
    "plan_events",
    "remind_of_handovers",
    "review_clients",
    "settle_months",
    "settle_referrals",
    "tell_of_closed_outlets",
    "tell_of_missed_callbacks",
    "throw_away_imports",
    "tidy_handovers",
    "warn_of_requests",
    "watch_day",
    "watch_reading",
    "work_import",
    "work_plan",
]
