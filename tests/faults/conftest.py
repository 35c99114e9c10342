"""What a storm needs, and its figures at the end of the run."""

import os

import pytest

FIGURES = pytest.StashKey()
NEEDED = {
    "TEST_DATABASE_URL": "a PostgreSQL, for instance postgres://postgres@127.0.0.1/postgres",
    "TEST_BROKER_URL": "a Redis, for instance redis://127.0.0.1:6379/1",
}


@pytest.fixture(scope="session")
def services():
    """PostgreSQL and Redis; the test is skipped without them, and says what is missing."""
    missing = [f"{name} ({what})" for name, what in NEEDED.items() if not os.environ.get(name)]
    if missing:
        pytest.skip(f"Needs {' and '.join(missing)}.")


@pytest.fixture
def figures(request):
    """Lines to be read at the end of the run."""
    return request.config.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(terminalreporter, config):
    """Print the figures, whether or not all is well."""
    if lines := config.stash.get(FIGURES, []):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
