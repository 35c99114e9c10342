"""`ETag` and `If-Match`: nobody overwrites a version that they have not seen."""

from django.utils.translation import gettext as _

from api.errors import PreconditionFailed, PreconditionRequired


def etag(row) -> str:
    """The entity tag of a row that people edit."""
    return f'"{row._meta.model_name}-{row.pk}-{row.version}"'


def check_match(request, row) -> None:
    """Raise 428 without If-Match and 412 when it names another version; after 404 and 403."""
    named = request.headers.get("If-Match", "")
    if not named:
        raise PreconditionRequired(_("Name the version you saw in If-Match."))
    if etag(row) not in [tag.strip() for tag in named.split(",")]:
        raise PreconditionFailed(_("Somebody changed this meanwhile. Read it again."))
