"""Reading tables that we did not design: CSV in many dialects, and XLSX.

`detect` says how a file is written and what is odd about it. `rows` come one by one, so a
file of any length takes the same memory; what is wrong with one row is said of that row
and the others go on. Only a file that cannot be read at all, or not any further, raises
TabularError. The kind of a file is told by its content, never by its name.
"""

from collections.abc import Iterator

from crm.lib.tabular.detection import Detected, detect
from crm.lib.tabular.findings import STOPS, WARNS, Finding
from crm.lib.tabular.profiles import Column
from crm.lib.tabular.reading import (
    Source,
    body_of,
    check_encoding,
    check_names,
    header_of,
    opened,
    records_of,
)
from crm.lib.tabular.shape import (
    BY_COMMAND,
    UPLOAD,
    BadRow,
    Dialect,
    Limits,
    Row,
    TabularError,
)

__all__ = [
    "BY_COMMAND",
    "STOPS",
    "UPLOAD",
    "WARNS",
    "BadRow",
    "Column",
    "Detected",
    "Dialect",
    "Finding",
    "Limits",
    "Row",
    "TabularError",
    "detect",
    "header",
    "rows",
]


def header(source: Source, dialect: Dialect, *, limits: Limits = BY_COMMAND) -> list[str]:
    """The names of the columns.

    Raises TabularError where there are none, or one twice, where they are not those of the rows,
    or where the encoding is not that of the file.
    """
    with opened(source, limits) as file:
        check_encoding(file, dialect)
        records = records_of(file, dialect, limits)
        found = header_of(records)
        names = check_names(found)
        next(body_of(records, found, limits), None)
        return names


def rows(
    source: Source, dialect: Dialect, *, limits: Limits = BY_COMMAND
) -> Iterator[Row | BadRow]:
    """The rows below the header, good and bad, in their order; empty ones are left out.

    `source` is a path, or the content itself. Raises TabularError with a sentence, and
    the number of the row where it knows one.
    """
    with opened(source, limits) as file:
        records = records_of(file, dialect, limits)
        found = header_of(records)
        names = check_names(found)
        for record in body_of(records, found, limits):
            if isinstance(record, BadRow):
                yield record
            else:
                yield Row(record.number, dict(zip(names, record.cells, strict=True)))
