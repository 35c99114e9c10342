"""What the inbox says about market reports."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.market.models import MarketReport
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = MarketReport.objects.owed().in_bulk(ids)
    return {
        row.pk: Told(
            title=sentence(found[int(row.about_id)]),
            url=reverse("market-report", args=[row.about_id]),
            icon="report",
        )
        for row in notifications
        if int(row.about_id) in found
    }


def _due(report) -> str:
    told = {"month": words.month(report.month), "day": words.day(report.due_on)}
    return _("Market report of %(month)s, due on %(day)s") % told


def _overdue(report) -> str:
    return _("The market report of %(month)s is late") % {"month": words.month(report.month)}


register("market-due", partial(_tell, _due))
register("market-overdue", partial(_tell, _overdue))
