"""One scene for each mail; imported, they are known to `tests.mails.stage`."""

from tests.mails.scenes import desk, heads, people, relay, standing, visits

__all__ = ["desk", "heads", "people", "relay", "standing", "visits"]
