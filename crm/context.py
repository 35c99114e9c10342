"""What every page may use."""


def shell(request) -> dict:
    """The frame around each page: navigation, language, theme."""
    return {}
