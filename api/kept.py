"""How long answers are kept for repetitions of a request."""

from django.utils.translation import gettext_lazy as _

from api.models import KeptAnswer
from clients.privacy.kinds import SETTING, Kind, delete, register
from clients.privacy.periods import Period

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
