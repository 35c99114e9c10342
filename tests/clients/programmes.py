"""Programmes that have begun, for their tests."""

from clients.followups import actions
from clients.models import FollowUp


def the_next(client):
    """The one planned contact."""
    return FollowUp.objects.open().get(client=client, trigger__in=["cadence", "programme"])


def begun(client, rm, now):
    return actions.begin(client, code="onboarding", by=rm, at=now)


def days(run):
    return [step.due_on for step in run.steps.all()]
