"""Write the audit: every act that changes something records itself in the same transaction."""


from django.db import transaction

from managers.audit.models import AuditEvent


@transaction.atomic
def record(verb, subject, *, by, at, client=None, **facts) -> AuditEvent:
    """Append one event to the chain of the actor's unit and month.

    `facts` are ids, codes, numbers and dates, never names or contact details; `client` is the id
    of the client concerned. Costs one row lock, held until the caller's transaction ends.
    """
    raise NotImplementedError
