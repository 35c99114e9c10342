"""What the inbox, and the mail after it, say about assessments."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from crm import words as dates
from managers.grades import words
from managers.grades.models import Assessment, Cycle
from managers.inbox.kinds import Told, register


def _waiting(notifications) -> dict[int, Told]:
    found = Cycle.objects.in_bulk([int(row.about_id) for row in notifications])
    return {
        row.pk: Told(
            _("Assessments of %(cycle)s wait for your opinion") % {"cycle": one},
            _("After some working days head office decides without it."),
            url=reverse("assessment-list"),
            icon="stairs-up",
        )
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


def _told(sentence, notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = Assessment.objects.select_related("unit", "cycle").in_bulk(ids)
    return {
        row.pk: Told(*sentence(one), url=_page(row.kind, one), icon="stairs-up")
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


def _proposed(one):
    text = _("Your head gives an opinion, then head office decides. Score and evidence are there.")
    if one.cycle is None:
        text = _("After a violation that was proved. Head office decides.")
    return _("A place is proposed for you: %(place)s") % {"place": _place(one)}, text


def _decided(one):
    return _("Your place was decided: %(place)s") % {"place": _place(one)}, _from(one)


def _answered(one):
    return _("Your appeal was answered: %(place)s") % {"place": _place(one)}, _from(one)


def _advised(one):
    told = {"unit": dates.unit_name(one.unit)}
    title = _("%(unit)s: opinions on assessments wait for your decision") % told
    if one.cycle is None:
        title = _("%(unit)s: a lower place is proposed and waits for your decision") % told
    return title, _("Opinion and evidence are on the page.")


def _appealed(one):
    told = {"unit": dates.unit_name(one.unit), "place": _place(one)}
    title = _("%(unit)s: an appeal against %(place)s waits for an answer") % told
    return title, _("Somebody of head office answers who did not decide.")


def _lapsed(one):
    title = _("A decision on your place takes no effect: %(place)s") % {"place": _place(one)}
    return title, _("Your post, grade or step has changed since the assessment.")


def _blocked(one):
    told = {"unit": dates.unit_name(one.unit), "place": _place(one)}
    title = _("%(unit)s: %(place)s was decided and cannot take effect") % told
    return title, _("Attestations or a later posting forbid it; it is tried again each day.")


def _page(kind, one) -> str:
    if kind == "assessment-advised" and one.cycle is not None:
        return f"{reverse('assessment-list')}?cycle={one.cycle_id}"
    return reverse("assessment", args=[one.pk])


def _place(one) -> str:
    return words.place(one.to_grade, one.to_step)


def _from(one) -> str:
    told = {"day": dates.day(one.effective_on)}
    return _("From %(day)s on. Score, evidence and reasons are on the page.") % told


register("assessments-wait", _waiting)
for _kind, _sentence in {
    "assessment-proposed": _proposed,
    "assessment-advised": _advised,
    "assessment-decided": _decided,
    "assessment-appealed": _appealed,
    "assessment-answered": _answered,
    "assessment-lapsed": _lapsed,
    "assessment-blocked": _blocked,
}.items():
    register(_kind, partial(_told, _sentence))
