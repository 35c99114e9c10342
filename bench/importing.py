"""The import, measured whole: a made-up file through the command, into an empty database."""

import io
import resource
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from bench import made_up
from managers.models import OrgUnit

_MAPPING = settings.BASE_DIR / "mappings" / "simple.toml"
_WARM = 2_000


def measure(count: int) -> dict:
    """Seconds for `count` clients, and the megabytes that the process grew by meanwhile."""
    OrgUnit.objects.create(code="O1", name="南湖路支行", kind="outlet", path="/O1/")
    with tempfile.TemporaryDirectory() as folder:
        _run(made_up.write(Path(folder) / "few.csv", _WARM, ["O1"]))
        file = made_up.write(Path(folder) / "clients.csv", count, ["O1"])
        before, began = _peak_mb(), time.perf_counter()
        _run(file)
        seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 1),
        "rows_per_second": round(count / seconds),
        "grew_mb": round(_peak_mb() - before, 1),
    }


def _run(file: Path) -> None:
    call_command("import_clients", str(_MAPPING), str(file), stdout=io.StringIO())


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
