"""Registry: the kinds of letter that this app's features write."""

from managers.inbox import letters as inbox

__all__ = ["inbox"]
