"""What the inbox says about exports."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.exports.models import Export
from crm import words
from managers.inbox.kinds import Told, register


def _tell(sentence, notifications) -> dict[int, Told]:
    ids = [int(row.about_id) for row in notifications]
    found = {one.pk: one for one in Export.objects.for_list().filter(pk__in=ids)}
    return {
        row.pk: Told(*sentence(export), url=reverse("export-list"), icon="file-export")
        for row in notifications
        if (export := found.get(int(row.about_id)))
    }


def _waits(export):
    name = {"name": words.plain_name(export.asked_by)}
    return _("%(name)s asks for an export: please decide") % name, _what(export)


def _ready(export):
    return _("Your export is ready"), _what(export)


def _refused(export):
    return _("Your export was refused"), _what(export)


def _what(export) -> str:
    return _("%(kind)s, %(unit)s: %(rows)d rows.") % {
        "kind": export.get_kind_display(),
        "unit": words.unit_name(export.unit),
        "rows": export.rows,
    }


register("export-waits", partial(_tell, _waits))
register("export-ready", partial(_tell, _ready))
register("export-refused", partial(_tell, _refused))
