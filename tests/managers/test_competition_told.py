"""Mails to all who take part: at the start, when it is called off, and with the result."""

import pytest
from django.core import mail
from django.urls import reverse

from managers.competition import actions
from managers.competition.actions.announcing import announce
from managers.models import Letter
from managers.outbox.courier import deliver_due
from tests.factories import CompetitionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def taking_part(rm, peer, marketing, teller, head):
    """Lin Yue reads Chinese, the others English; tellers and heads do not compete."""
    rm.language = "zh-hans"
    rm.save()
    return {rm, peer, marketing}


def mails() -> dict:
    """The subject that each address got."""
    return {address: one.subject for one in mail.outbox for address in one.to}


def cancelled(competition, *, by, at):
    return actions.cancel(competition, reason="A target was wrong", by=by, at=at)


@pytest.mark.parametrize(
    ("before", "act", "english", "chinese"),
    [
        ({"state": "draft"}, actions.start, "{} has begun", "{}已开始"),
        ({"state": "running"}, cancelled, "{} was cancelled", "{}已取消"),
        (
            {"is_over": True, "state": "closed"},
            actions.publish,
            "{}: provisional standings",
            "{}：初步结果",
        ),
        (
            {"is_over": True, "state": "appeal"},
            actions.freeze,
            "{}: final standings",
            "{}：最终排名",
        ),
    ],
)
def test_everybody_who_takes_part_gets_one_mail_in_their_language(
    taking_part, admin, rm, now, before, act, english, chinese
):
    moved = act(CompetitionFactory(**before), by=admin, at=now)

    for _again in range(2):
        announce(now)
        deliver_due(now)

    letters = Letter.objects.filter(kind="notification")
    assert {letter.recipient for letter in letters} == taking_part
    assert {letter.state for letter in letters} == {Letter.State.SENT}
    assert len(mail.outbox) == len(letters) == 3
    said = {one.email: (chinese if one == rm else english).format(moved) for one in taking_part}
    assert mails() == said


def test_a_mail_that_it_is_called_off_leads_to_the_reason(client, taking_part, admin, peer, now):
    running = CompetitionFactory()
    cancelled(running, by=admin, at=now)
    announce(now)
    deliver_due(now)

    page = reverse("competition-board", args=[running.pk])
    client.force_login(peer)

    [english] = [one for one in mail.outbox if one.to == [peer.email]]
    assert page in english.body
    assert "A target was wrong" in client.get(page).content.decode()
