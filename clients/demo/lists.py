"""Tags, saved views and files that may be about one person, as half a year of work leaves them."""

from datetime import timedelta

from clients.book import duplicates
from clients.book.models import Client, SavedView, State, Tag, Tagging
from crm.lib.secrets import Sealed

_SHARED = {"en": ("Autumn salon", "Business owner"), "zh-hans": ("秋季沙龙", "企业主")}
_OWN = {"en": "Golf", "zh-hans": "高尔夫"}
_VIEWS = {
    "en": (("Large and silent", "tier=diamond%2Cprivate&sort=last_contact"), "On watch"),
    "zh-hans": (("大额久未联系", "tier=diamond%2Cprivate&sort=last_contact"), "关注客户"),
}
_PAIRS = 3  # at each outlet
_SAME = ("name", "pinyin", "joined_pinyin", "initials", "sex", "birth_date")
_DETAILS = ("identity_no", "identity_index", "phone", "phone_index", "phone_last4")


def build(dice, outlets, clients, *, now, language):
    """Two shared tags an outlet, one of each RM's own, two views, and a few pairs to decide.

    The richest client of each outlet is known in town: the file is restricted.
    """
    for outlet in outlets:
        here = [client for client in clients if client.outlet_id == outlet.pk]
        book = [client for client in here if client.owner_id and client.state != State.CLOSED]
        if book:
            _tags(dice, outlet, book, now=now, language=language)
            _pairs(here, book, now=now)
            richest = max(book, key=lambda client: (client.aum, client.pk))
            Client.objects.filter(pk=richest.pk).update(restricted=True)


def _tags(dice, outlet, book, *, now, language):
    owners = {client.owner_id: client.owner for client in book}
    first = owners[min(owners)]
    shared = [Tag(name=name, owner=first, unit=outlet) for name in _SHARED[language]]
    own = {pk: Tag(name=_OWN[language], owner=owner) for pk, owner in sorted(owners.items())}
    Tag.objects.bulk_create([*shared, *own.values()])
    rows = []
    for client in dice.sample(book, max(1, len(book) // 12)):
        for tag in {dice.choice(shared), own[client.owner_id]}:
            rows.append(Tagging(tag=tag, client=client, tagged_by=client.owner, tagged_at=now))
    Tagging.objects.bulk_create(rows)
    (name, query), watch = _VIEWS[language]
    SavedView.objects.create(name=name, owner=first, unit=outlet, query=query)
    SavedView.objects.create(name=watch, owner=first, unit=outlet, query="watch=true")


def _pairs(here, book, *, now):
    """Clients of the pool who are known already: by phone, or by name and date of birth."""
    waiting = [client for client in here if client.pool_id and client.state == State.IDENTIFIED]
    for number, (new, old) in enumerate(zip(waiting[:_PAIRS], book[7:], strict=False)):
        for column in _SAME:
            setattr(new, column, getattr(old, column))
        new.identity_no, new.identity_index = "", ""
        if number == 0:
            new.phone = Sealed.of(old.phone.open())
            new.phone_index, new.phone_last4 = old.phone_index, old.phone_last4
        new.save(update_fields=[*_SAME, *_DETAILS])
    found = Client.objects.filter(pk__in=[client.pk for client in waiting[:_PAIRS]])
    duplicates.note(found, by=None, at=now - timedelta(days=1))
