from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm import words
from crm.lib import clock
from crm.models import CalendarDay
from tests.factories import OrgUnitFactory, StaffFactory

SUNDAY = date(2026, 11, 22)
LATE_ON_SUNDAY = datetime(2026, 11, 22, 16, 30, tzinfo=clock.UTC)  # 00:30 on Monday in Shanghai


@pytest.mark.parametrize(
    ("day", "english", "chinese"),
    [
        (date(2027, 1, 1), "New Year’s Day", "元旦"),
        (date(2026, 10, 1), "National Day", "国庆节"),
        (date(2026, 11, 24), "", ""),
    ],
)
@pytest.mark.django_db
def test_a_day_off_is_called_in_the_readers_language(day, english, chinese):
    with translation.override("en"):
        assert words.holiday(day) == english
    with translation.override("zh-hans"):
        assert words.holiday(day) == chinese


@pytest.mark.django_db
def test_two_holidays_on_one_day_are_both_named():
    CalendarDay.objects.create(date=SUNDAY, is_workday=False, name="国庆节、中秋节")
    assert words.holiday(SUNDAY) == "Mid-Autumn Festival, National Day"


@pytest.mark.parametrize(
    ("word", "english", "chinese"),
    [
        (words.day, "2026-11-22", "2026年11月22日"),
        (words.day_short, "11-22", "11月22日"),
        (words.day_long, "Sunday, 2026-11-22", "2026年11月22日 星期日"),
        (words.weekday, "Sun", "周日"),
        (words.month, "November 2026", "2026年11月"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(word, english, chinese):
    assert word(SUNDAY) == english
    with translation.override("zh-hans"):
        assert word(SUNDAY) == chinese


@pytest.mark.parametrize(
    ("texts", "english", "chinese"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a、b"),
        (["a", "b", "c"], "a, b and c", "a、b、c"),
    ],
)
def test_several_things_are_named_as_the_language_names_them(texts, english, chinese):
    assert words.listed(texts) == english
    with translation.override("zh-hans"):
        assert words.listed(texts) == chinese


def test_a_moment_is_shown_on_the_clock_of_shanghai():
    assert words.moment(LATE_ON_SUNDAY) == "2026-11-23 00:30"
    assert words.hour(LATE_ON_SUNDAY) == "00:30"
    assert words.day(LATE_ON_SUNDAY) == "2026-11-23"


@pytest.mark.parametrize(
    "word",
    [
        words.day,
        words.day_short,
        words.day_long,
        words.weekday,
        words.month,
        words.hour,
        words.moment,
        words.lateness,
        words.time_left,
        words.due_tone,
    ],
)
def test_no_date_says_nothing(word):
    assert word(None) == ""


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_day_has_three_parts(hour, part):
    assert words.daypart(datetime(2026, 11, 23, hour, tzinfo=clock.SHANGHAI)) == part


@pytest.mark.parametrize(
    ("day", "text", "tone"),
    [
        (date(2026, 11, 21), "2 days late", "late"),
        (date(2026, 11, 22), "1 day late", "late"),
        (date(2026, 11, 23), "today", "soon"),
        (date(2026, 11, 24), "tomorrow", ""),
        (date(2026, 11, 28), "in 5 days", ""),
    ],
)
def test_a_due_day_says_how_late_it_is(now, day, text, tone):
    assert words.lateness(day) == text
    assert words.due_tone(day) == tone


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(minutes=18), "18 min left"),
        (timedelta(minutes=89), "89 min left"),
        (timedelta(hours=3), "3 h left"),
        (timedelta(days=8), "8 days left"),
        (timedelta(minutes=-5), "5 min late"),
        (timedelta(hours=-2), "2 h late"),
        (timedelta(days=-1), "1 day late"),
    ],
)
def test_a_clock_says_what_is_left_of_it(now, left, text):
    assert words.time_left(now + left) == text


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (1, "1 minute", "1 分钟"),
        (119, "119 minutes", "119 分钟"),
        (120, "2 hours", "2 小时"),
        (2879, "47 hours", "47 小时"),
        (55_995, "38 days", "38 天"),
    ],
)
def test_a_long_time_is_not_told_in_minutes(minutes, english, chinese):
    assert words.duration(minutes) == english
    with translation.override("zh-hans"):
        assert words.duration(minutes) == chinese


def test_what_was_due_yesterday_is_late_by_a_day_however_few_hours_ago_it_ended(now):
    early = now.replace(hour=0, minute=30)
    days = (SUNDAY, now.date())
    due = [SimpleNamespace(due_on=day, due_at=clock.end_of_day(day)) for day in days]

    assert [words.due_left(row, early) for row in due] == ["1 day late", "23 h left"]


def test_a_day_lasts_to_its_end(now):
    assert words.time_left(now.date()) == "14 h left"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, "never"),
        (clock.NEVER, "never"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 11, 7), "16 days ago"),
    ],
)
def test_the_last_contact_says_how_long_ago_it_was(now, moment, text):
    assert words.ago(moment) == text


@given(st.integers(-400, 400))
def test_lateness_counts_calendar_days(days):
    monday = datetime(2026, 11, 23, 23, 59, tzinfo=clock.SHANGHAI)
    assert words.days_until(monday.date() + timedelta(days=days), monday) == days


def test_a_name_is_written_in_the_letters_of_the_language():
    lin = StaffFactory.build(name="林悦", latin_name="")
    assert words.plain_name(lin) == "Lin Yue"
    with translation.override("zh-hans"):
        assert words.plain_name(lin) == "林悦"


def test_a_person_may_spell_the_own_name():
    assert words.plain_name(StaffFactory.build(name="林悦", latin_name="Lam Yuet")) == "Lam Yuet"


class Somebody:
    def __init__(self, name, number="8810 1936"):
        self.name, self.number = name, number


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("徐兰心", "Xu**", "徐**"),
        ("欧阳修文", "Ouyang*", "欧阳*"),
        ("John Smith", "J*** S***", "J*** S***"),
    ],
)
def test_a_masked_name_keeps_the_surname_at_most(name, english, chinese):
    assert words.masked_name(Somebody(name)) == english
    with translation.override("zh-hans"):
        assert words.masked_name(Somebody(name)) == chinese


def test_a_client_without_a_name_goes_by_its_number():
    assert words.plain_name(Somebody("")) == "Client 8810 1936"
    assert words.masked_name(Somebody("")) == "Client 8810 1936"


def test_a_unit_without_a_latin_name_keeps_its_own():
    assert words.unit_name(OrgUnitFactory.build(name="南湖路支行", latin_name="")) == "南湖路支行"
    assert words.unit_name(OrgUnitFactory.build(latin_name="Nanhu Road")) == "Nanhu Road"
