"""How long answers are kept for repetitions of a request, and that erasure finds them."""

from django.utils.translation import gettext_lazy as _

from api.models import KeptAnswer
from clients.privacy import traces
from clients.privacy.kinds import SETTING, Kind, delete, register
from clients.privacy.periods import Period


def _forget(texts: set[str]) -> dict[str, list[int]]:
    """Throw away the answers that name somebody."""
    pks = [
        answer.pk
        for answer in KeptAnswer.objects.exclude(body="")
        if any(text in answer.body.open() for text in texts)
    ]
    KeptAnswer.objects.filter(pk__in=pks).delete()
    return {KeptAnswer._meta.label_lower: pks}


traces.register(_forget)
register(
    Kind(
        code="answers",
        label=_("Answers kept for repeated requests"),
        start=_("after the request"),
        basis=SETTING,
        period=lambda on: Period(days=1),
        held=KeptAnswer.objects.all,
        starts="created_at",
        drop=delete(KeptAnswer),
    )
)
