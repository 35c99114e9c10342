"""Messages to whoever has just done something, sealed until the next page shows them.

They name clients, and Django would keep them readable: in a cookie on the disk of a browser, or in
the table of sessions (security 17).
"""

from django.contrib.messages.storage.session import SessionStorage

from crm.lib.secrets import Sealed, UnreadableError


class SealedMessages(SessionStorage):
    """Messages in the session, under the master key."""

    def serialize_messages(self, messages):
        return Sealed.of(super().serialize_messages(messages)).token

    def deserialize_messages(self, data):
        try:
            return super().deserialize_messages(Sealed(data or "").open())
        except UnreadableError:  # its key was retired meanwhile
            return None
