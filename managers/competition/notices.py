"""What the inbox, and the mail after it, say about competitions."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from managers.competition.models import Appeal, Competition
from managers.inbox.kinds import Told, register

State = Competition.State


def _tell(sentence, page, notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = Competition.objects.in_bulk(ids)
    return {
        row.pk: Told(*sentence(one), url=reverse(page, args=[one.pk]), icon="trophy")
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


def _started(one):
    return _("%(name)s has begun") % {"name": one}, _("Metrics, weights and prizes are fixed.")


def _published(one):
    text = _("Look whether all your results are there; late ones count until the freeze.")
    return _("%(name)s: provisional standings") % {"name": one}, text


def _appeals(one):
    return _("%(name)s: appeals are open") % {"name": one}, _("Say so now if a result is wrong.")


def _frozen(one):
    text = _("The standings are final; your certificate is ready.")
    return _("%(name)s: final standings") % {"name": one}, text


def _cancelled(one):
    return _("%(name)s was cancelled") % {"name": one}, _("Its page says why.")


def _made(notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = Appeal.objects.select_related("competition").in_bulk(ids)
    return {
        row.pk: Told(
            _("%(name)s: an appeal waits for a decision") % {"name": one.competition},
            _("%(metric)s. What is wrong and what shows it are on the page.")
            % {"metric": one.get_metric_display()},
            url=reverse("competition-lead", args=[one.competition_id]),
            icon="trophy",
        )
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


def _decided(notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = Appeal.objects.select_related("competition").in_bulk(ids)
    return {
        row.pk: Told(
            _("Your appeal was decided: %(state)s") % {"state": one.get_state_display()},
            _("What was answered stands beside your appeal."),
            url=reverse("appeal-new", args=[one.competition_id]),
            icon="trophy",
        )
        for row in notifications
        if (one := found.get(int(row.about_id)))
    }


# Which steps everybody who takes part is told of, and under which kind.
KINDS = {
    State.RUNNING: "competition-started",
    State.PROVISIONAL: "competition-published",
    State.APPEAL: "competition-appeals",
    State.FROZEN: "competition-frozen",
    State.CANCELLED: "competition-cancelled",
}
_SENTENCES = {
    State.RUNNING: (_started, "competition-rules"),
    State.PROVISIONAL: (_published, "competition-board"),
    State.APPEAL: (_appeals, "appeal-new"),
    State.FROZEN: (_frozen, "competition-board"),
    State.CANCELLED: (_cancelled, "competition-board"),
}
for _state, (_sentence, _page) in _SENTENCES.items():
    register(KINDS[_state], partial(_tell, _sentence, _page))
register("appeal-made", _made)
register("appeal-decided", _decided)
