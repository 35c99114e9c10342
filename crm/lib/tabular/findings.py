"""What is odd about a file, said once for all its rows, each with a code for programs."""

from dataclasses import dataclass

STOPS, WARNS = "stops", "warns"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should know before the file is imported.

    `code` names it for programs, `text` is the translated sentence. What `stops` makes the import
    pointless until the file or its mapping is put right; what `warns` costs at most the rows that
    it speaks of. `row` is the first of `count` rows, `column` the name of the column.
    """

    code: str
    text: str
    severity: str = WARNS
    row: int | None = None
    column: str = ""
    count: int = 1
