"""What pages and programs ask about appointments."""

from clients.appointments.models import Slot
from clients.book.models import Client


def told_in_full(person, rows) -> set[int]:
    """Ids of those appointments whose purpose a person may read: an open file, or taking part."""
    pairs = {row.pk: row.client_id for row in rows}
    files = Client.objects.visible_to(person).filter(pk__in=pairs.values())
    readable = set(files.values_list("pk", flat=True))
    mine = Slot.objects.filter(staff=person, appointment__in=pairs)
    part = set(mine.values_list("appointment", flat=True))
    return part | {pk for pk, client in pairs.items() if client in readable}
