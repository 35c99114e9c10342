"""Head office on its way through the steps of a set-up."""

from django.urls import reverse

from managers.competition.set_up_forms import STEPS
from managers.models import Competition
from tests.factories.competition import set_up_form


def set_up(client, person, **changes):
    """Go through the steps as far as they let one; returns the last answer."""
    client.force_login(person)
    typed = set_up_form(**changes)
    answer = client.post(reverse("competition-new"), typed)
    for step in list(STEPS)[1:-1]:
        made = Competition.objects.latest("pk")
        page = reverse("competition-edit", args=[made.pk])
        answer = client.post(page, typed | {"step": step, "version": made.version})
        if answer.status_code != 302:
            break
    return answer


def look(client, made):
    """The preview of the last step."""
    return client.get(reverse("competition-edit", args=[made.pk]), {"step": "look"})
