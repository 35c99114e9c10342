"""What the inbox says about reassignment plans; mails say the same. No client is named."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.reassignment.models import ReassignmentPlan
from clients.reassignment.owner_check import Fault
from crm import words
from managers.inbox.kinds import Told, register
from managers.people.models import OrgUnit


def _tell(sentence, page, notifications) -> dict[int, Told]:
    """Each with its sentence about the plan; `page` is where a head or an RM goes on."""
    found = ReassignmentPlan.objects.for_list().in_bulk(
        [int(row.about_id) for row in notifications]
    )
    told = {}
    for row in notifications:
        if plan := found.get(int(row.about_id)):
            url = reverse("plan", args=[plan.pk]) if page == "plan" else reverse(page)
            title, text = sentence(plan, row.facts)
            told[row.pk] = Told(title, text, url, icon="switch-horizontal")
    return told


def _name(plan) -> dict[str, str]:
    return {"name": words.plain_name(plan.from_staff), "day": words.day(plan.effective_on)}


def _waits(plan, facts):
    title = _("A reassignment waits for you: %(name)s") % _name(plan)
    text = _("%(cause)s, planned by %(by)s from %(day)s.") % {
        "cause": plan.get_cause_display(),
        "by": words.plain_name(plan.created_by),
        "day": words.day(plan.effective_on),
    }
    return title, text


def _approved(plan, facts):
    title = _("Your reassignment is approved: %(name)s") % _name(plan)
    return title, _("It is carried out on %(day)s, or earlier if you say so.") % _name(plan)


def _refused(plan, facts):
    title = _("Your reassignment was refused: %(name)s") % _name(plan)
    return title, _("It is a draft again; nobody has moved.")


def _gives(plan, facts):
    title = ngettext(
        "%(number)d client of %(name)s is yours now",
        "%(number)d clients of %(name)s are yours now",
        facts["clients"],
    )
    text = _("Please tell each of them who serves them now; your follow-ups say by when.")
    return title % {"number": facts["clients"], **_name(plan)}, text


def _takes(plan, facts):
    title = ngettext(
        "%(number)d client of yours was given to a colleague",
        "%(number)d clients of yours were given to colleagues",
        facts["clients"],
    )
    text = _("Open follow-ups, visits, referrals and handovers went with them.")
    return title % {"number": facts["clients"]}, text


def _covers(plan, facts):
    title = _("%(deputy)s covers %(name)s") % {
        "deputy": words.plain_name(plan.deputy),
        **_name(plan),
    }
    text = _("From %(day)s to %(last)s. The clients stay with their owner.") % {
        "last": words.day(plan.last_day),
        **_name(plan),
    }
    return title, text


def _done(plan, facts):
    title = _("Reassignment carried out: %(name)s") % _name(plan)
    return title, _("The plan says who moved and who did not, and why. It can be undone for a day.")


def _undone(plan, facts):
    title = _("Reassignment undone: %(name)s") % _name(plan)
    return title, _("The plan says who went back and who did not, and why.")


def _owners_missing(notifications) -> dict[int, Told]:
    """To the head of an outlet: how many of its clients have nobody, and why."""
    outlets = OrgUnit.objects.in_bulk([int(row.about_id) for row in notifications])
    told = {}
    for row in notifications:
        if outlet := outlets.get(int(row.about_id)):
            counts = [(fault, row.facts[fault]) for fault in Fault if row.facts.get(fault)]
            number = sum(count for _fault, count in counts)
            title = ngettext(
                "%(number)d client has nobody: %(outlet)s",
                "%(number)d clients have nobody: %(outlet)s",
                number,
            )
            title %= {"number": number, "outlet": words.unit_name(outlet)}
            pieces = [f"{fault.label} ({count})" for fault, count in counts]
            text = _("Why: %(causes)s.") % {"causes": words.listed(pieces)}
            told[row.pk] = Told(title, text, reverse("owner-check"), icon="user-question")
    return told


register("owners-missing", _owners_missing)
register("plan-waits", partial(_tell, _waits, "plan"))
register("plan-approved", partial(_tell, _approved, "plan"))
register("plan-refused", partial(_tell, _refused, "plan"))
register("plan-gives", partial(_tell, _gives, "follow-up-list"))
register("plan-takes", partial(_tell, _takes, "client-list"))
register("plan-covers", partial(_tell, _covers, "today"))
register("plan-done", partial(_tell, _done, "plan"))
register("plan-undone", partial(_tell, _undone, "plan"))
