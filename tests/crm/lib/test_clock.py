from datetime import UTC, date, datetime, time, timedelta
from threading import Thread

import pytest

from crm.lib import clock

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture(autouse=True)
def running(now):
    """Here the clock runs, unlike in all other tests."""
    clock.set(None)


def test_now_is_an_aware_moment_in_utc():
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_and_then_goes_back_to_what_it_was():
    with clock.at(NOON):
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON

    assert clock.now() != NOON


def test_a_frozen_clock_is_frozen_for_other_threads_too():
    seen = []
    with clock.at(NOON):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()

    assert seen == [NOON]


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clock.set(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "text", ["2026-03-02T12:00:00+08:00", "2026-03-02T04:00:00Z", "2026-03-02 12:00"]
)
def test_the_environment_freezes_every_process(monkeypatch, text):
    monkeypatch.setenv("GUIBIN_NOW", text)

    assert clock.now() == NOON


def test_a_moment_set_in_the_process_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("GUIBIN_NOW", "2020-01-01T00:00:00Z")

    with clock.at(NOON):
        assert clock.now() == NOON


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_today_turns_at_midnight_in_shanghai(moment, day):
    with clock.at(moment):
        assert clock.today() == day


def test_a_day_runs_from_midnight_to_the_last_second_in_shanghai():
    day = date(2026, 3, 2)

    assert clock.start_of_day(day) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert clock.end_of_day(day) == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert clock.at_time(day, time(8)) == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert clock.local(NOON).time() == time(12)


def test_the_sentinels_enclose_every_real_moment():
    assert clock.NEVER < NOON < clock.SOMEDAY
