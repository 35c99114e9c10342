"""Reading files that we did not design, as a mapping declares: docs/import.md.

`section` checks what a mapping may say, `declared` holds what every mapping has, `values` turns
cells into dates and amounts, `streams` and `sources` find the files, join and split their rows,
`importing` writes rows in chunks, `rejected` keeps those that nobody could use, `command` is the
frame of every import by command.
"""

from crm.lib.mapping.declared import Declared, Part
from crm.lib.mapping.importing import Import, Tally, fitting
from crm.lib.mapping.rejected import Aside, Rejected
from crm.lib.mapping.section import MappingError, Section
from crm.lib.mapping.sources import Sources
from crm.lib.mapping.streams import Line, Stream
from crm.lib.mapping.values import Value

__all__ = [
    "Aside",
    "Declared",
    "Import",
    "Line",
    "MappingError",
    "Part",
    "Rejected",
    "Section",
    "Sources",
    "Stream",
    "Tally",
    "Value",
    "fitting",
]
