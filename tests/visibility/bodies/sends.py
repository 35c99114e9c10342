"""What the bodies are made with."""

TUESDAY = "2026-11-24"


def sends(**data):
    """A body that is the same whoever asks."""
    return lambda asked: data
