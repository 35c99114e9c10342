"""Registry: the kinds of letter that this app's features write."""

from managers.access import letters as access
from managers.competition import notices as competition
from managers.competition.actions import announcing
from managers.grades import notices as grades
from managers.inbox import letters as inbox
from managers.inbox import notices

__all__ = ["access", "announcing", "competition", "grades", "inbox", "notices"]
