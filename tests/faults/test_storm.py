"""None lost and none doubled while everything dies: counted at the mail server (security 1-7)."""

from collections import Counter
from datetime import datetime

import pytest

from crm.lib import clock
from managers.models import Letter
from tests.faults.servers import EVERY, REFUSED, StormSink
from tests.faults.storm import Storm
from tests.smtp_sink import serving

DRAINED_WITHIN = 120  # seconds after the last harm
SEED = 20261123

# How often each harm is done, and whether the mail server's log can be read.
SHORT = [
    pytest.param(3, True, marks=pytest.mark.slow),
    pytest.param(3, False, marks=pytest.mark.slow),
]
_whole = [pytest.mark.slow, pytest.mark.storm]
WHOLE = [pytest.param(30, True, marks=_whole), pytest.param(10, False, marks=_whole)]
LETTERS = 12  # after each harm

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def storm(services, rm, settings, tmp_path):
    """A storm over letters to Lin Yue, with a mail server whose log can be read or not."""
    running = []
    clock.set(None)

    def rage(times, readable):
        sink = StormSink(tmp_path / "maillog")
        serve = serving(sink, settings)
        port = serve.__enter__()
        running.append(lambda: serve.__exit__(None, None, None))
        raging = Storm(
            tmp_path,
            reader=rm,
            port=port,
            log=str(tmp_path / "maillog") if readable else "",
            due=datetime(2026, 1, 5, 9, tzinfo=clock.SHANGHAI),
            seed=SEED,
        )
        running.append(raging.end)
        raging.strike_all(times, letters=LETTERS)
        return raging, sink

    yield rage
    for end in reversed(running):
        end()


def _ends(sink, wanted):
    """What became of each letter by number: its state, and how often the server took it."""
    states = dict(Letter.objects.values_list("context__text", "state"))
    assert sorted(states) == [f"{number:05}" for number in range(wanted)]
    return [(number, states[f"{number:05}"], sink.taken[number]) for number in range(wanted)]


@pytest.mark.parametrize(("times", "readable"), [*SHORT, *WHOLE])
def test_no_letter_is_lost_or_doubled(times, readable, storm, figures):
    raging, sink = storm(times, readable)
    seconds = raging.drain(DRAINED_WITHIN)
    ends = _ends(sink, raging.wanted)

    states = Counter(state for _number, state, _taken in ends)
    doubled = [number for number, _state, taken in ends if taken > 1]
    lost = [
        number
        for number, state, taken in ends
        if not taken and state != "uncertain" and number % EVERY != REFUSED
    ]
    figures += _lines(raging, sink, states, len(lost), len(doubled), seconds, readable)
    assert (lost, doubled) == ([], [])
    assert seconds < DRAINED_WITHIN
    assert [state for n, state, taken in ends if taken and state not in ("sent", "uncertain")] == []
    assert [taken for _n, state, taken in ends if state == "sent" and taken != 1] == []
    unknown = set() if readable else {"uncertain"}
    assert set(states) <= {"sent", "failed"} | unknown
    failed = {number for number, state, _taken in ends if state == "failed"}
    refused = {number for number in range(raging.wanted) if number % EVERY == REFUSED}
    assert failed <= refused
    assert {state for number, state, _taken in ends if number in refused} <= {"failed"} | unknown


def _lines(raging, sink, states, lost, doubled, seconds, readable):
    log = "the mail server's log can be read" if readable else "no log can be read"
    yield (
        f"{raging.wanted} letters, {log}: lost {lost}, doubled {doubled}, "
        f"uncertain {states['uncertain']}, refused {states['failed']}, sent {states['sent']}; "
        f"drained {seconds:.0f} s after the last harm"
    )
    for title, counted in [("harm", raging.strikes), ("mail server", sink.struck)]:
        yield f"  {title}: " + ", ".join(f"{what} {n}" for what, n in sorted(counted.items()))
