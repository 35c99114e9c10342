"""`ETag` and `If-Match`: nobody overwrites a version that they have not seen."""

from django.utils.translation import gettext as _

from api.errors import PreconditionFailed, PreconditionRequired


def etag(row) -> str:
    """The entity tag of a row that people edit."""
    return f'"{row._meta.model_name}-{row.pk}-{row.version}"'


def check_match(request, row) -> None:
    """Raise 428 without If-Match and 412 when it names another version; after 404 and 403."""
    check_tag(request, etag(row))


def check_tag(request, tag: str) -> None:
    """The same for something that is no row with a version."""
    named = request.headers.get("If-Match", "")
    if not named:
        raise PreconditionRequired(_("Name the version you saw in If-Match."))
    if tag not in [one.strip() for one in named.split(",")]:
        raise PreconditionFailed(_("Somebody changed this meanwhile. Read it again."))
