"""Items that the sender cannot fill: asked of the head, granted or refused (rules E3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.handover import rules
from clients.handover.actions.steps import check_sender, opened
from clients.handover.models import Item, Waiver
from crm.lib import clock
from crm.lib.errors import RuleBroken
from managers.audit.actions import record
from managers.inbox.actions import notify
from managers.people.heads import head_of
from managers.people.models import Post


@transaction.atomic
def ask_waiver(handover, *, item, reason, by, at) -> Waiver:
    """The sender asks the head to waive an item, and says why; the head finds it in the inbox.

    Raises RuleBroken without a reason, for an item that is filled, and for one that was asked for
    already (code `conflict`).
    """
    client, handover = opened(handover)
    check_sender(handover, by)
    rules.check_state(handover, *rules.EDITABLE)
    reason = reason.strip()
    rules.check_waivable(handover, item, reason)
    head = head_of(
        by.current_unit,
        on=clock.local(at).date(),
        first=Post.BRANCH_HEAD,
        without=[client.person_id],
    )
    if head is None:
        raise RuleBroken(_("Your unit has no head who could waive it."))
    waiver = Waiver.objects.create(
        handover=handover, item=Item(item).value, reason=reason, asked_at=at
    )
    record("waiver.asked", waiver, by=by, at=at, client=client.pk, item=waiver.item)
    notify("waiver-asked", to=head, about=handover, key=waiver.pk, at=at, mail=True)
    return waiver


@transaction.atomic
def waive(handover, *, item, grant, by, at, reason="") -> Waiver:
    """The sender's head grants or refuses what was asked, or waives an item unasked with a reason.

    A granted item counts, and everybody sees it as waived. Raises RuleBroken (code `forbidden`) for
    others, and when the file was sent meanwhile or nothing was asked that could be refused.
    """
    client, handover = opened(handover)
    if not rules.may_waive(by, handover):
        raise RuleBroken(_("Only the sender's head waives an item."), code="forbidden")
    rules.check_state(handover, *rules.EDITABLE)
    waiver = _asked_for(handover, item) or _unasked(handover, item, grant, reason.strip(), at=at)
    waiver.state = Waiver.State.GRANTED if grant else Waiver.State.REFUSED
    waiver.decided_by, waiver.decided_at = by, at
    waiver.save()
    if grant:
        handover.waived = {**handover.waived, waiver.item: waiver.reason}
        handover.version += 1
        handover.save(update_fields=["waived", "version"])
    record(f"waiver.{waiver.state}", waiver, by=by, at=at, client=client.pk, item=waiver.item)
    sender = handover.from_staff
    notify("waiver-decided", to=sender, about=handover, key=waiver.pk, at=at, waiver=waiver.pk)
    return waiver


def _asked_for(handover, item) -> Waiver | None:
    return handover.waivers.filter(item=item, state=Waiver.State.ASKED).first()


def _unasked(handover, item, grant, reason, *, at) -> Waiver:
    if not grant:
        raise RuleBroken(_("Nobody asks for this any more."), code="conflict")
    rules.check_waivable(handover, item, reason)
    return Waiver(handover=handover, item=Item(item).value, reason=reason, asked_at=at)
