"""What some clients of the demo bank ask about their data."""

from datetime import timedelta

from clients.book.models import State
from clients.models import Client, PrivacyRequest
from clients.privacy.rules.requests import due_on, officers_of
from crm.lib import clock

_WORDS = {
    "en": ("All that you keep about me", "My address has changed", "Please forget me", ""),
    "zh-hans": ("请提供贵行留存的全部信息", "我的地址已变更", "请删除我的信息", ""),
}
_ANSWER = {"en": "Corrected and told by phone.", "zh-hans": "已更正并电话告知。"}
# What is asked, how many days ago, and where it stands.
_ASKED = (
    ("copy", 12, "received"),
    ("correction", 9, "answered"),
    ("erasure", 4, "received"),
    ("withdrawal", 17, "in_work"),
)


def build(dice, *, now, language):
    """One request of each kind: due soon, answered, fresh, and late."""
    clients = Client.objects.filter(state=State.OWNED, restricted=False, person=None)
    today = clock.local(now).date()
    chosen = clients.select_related("outlet", "owner").order_by("number")[: len(_ASKED)]
    for client, (kind, days, state), wish in zip(chosen, _ASKED, _WORDS[language], strict=True):
        officer = dice.choice(officers_of(client, on=today))
        received = today - timedelta(days=days)
        asked = PrivacyRequest(client=client, kind=kind, channel="outlet", identity="card")
        asked.received_on, asked.due_on, asked.wish = received, due_on(received), wish
        asked.purposes = ["marketing"] if kind == "withdrawal" else []
        asked.registered_by = client.owner
        asked.registered_at, asked.state = now - timedelta(days=days), state
        if state != "received":
            asked.worked_by = officer
        if state == "answered":
            asked.answer, asked.answered_at = _ANSWER[language], now - timedelta(days=days - 2)
        asked.save()
