"""Public data sets that stand beside the project, never inside it."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """The path of a file or folder of the public data sets; the test is skipped without it."""
    path = SHARED_DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"Needs the public data set {'/'.join(parts)} in ../shared/data.")
    return path
