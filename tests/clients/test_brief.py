"""The brief: each sentence says a fact on file, and nothing else."""

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clients.desk.brief import (
    Dated,
    Due,
    Fact,
    Facts,
    Loss,
    Maturity,
    Promise,
    Said,
    Silence,
    Unanswered,
    compose,
    sentences,
)
from crm import words
from crm.lib import money
from tests.factories import (
    AssessmentFactory,
    ClientFactory,
    ContactFactory,
    FollowUpFactory,
    HoldingFactory,
    LifeEventFactory,
    PreferencesFactory,
    RelativeFactory,
)

DAY = date(2026, 12, 23)
CASES = {
    "left_in_peace": ("why", Fact("#prefs"), "The client asked not to be contacted."),
    "loss": (
        "why",
        Loss("#assets", Decimal(620_000), 21),
        "Assets fell by ¥620K this month, 21 percent.",
    ),
    "promise": (
        "why",
        Promise("#promise-7", "Fee table.", DAY, True),
        "Fee table was due on 2026-12-23.",
    ),
    "silence": (
        "why",
        Silence("#contact-3", 34, 30),
        "34 days without a valid contact; the tier allows 30.",
    ),
    "falls": ("why", Said("#assets", "Falls to Gold."), "Falls to Gold."),
    "review": ("why", Due("#review", DAY, True), "The portfolio review was due on 2026-12-23."),
    "celebrates": ("why", Dated("#date-1", "Birthday", DAY), "Birthday on 2026-12-23."),
    "agreed": (
        "ask",
        Dated("#contact-3", "Send the rates.", DAY),
        "What became of the step agreed on 2026-12-23: Send the rates.",
    ),
    "maturity": (
        "ask",
        Maturity("#holdings", "Time deposit", DAY, Decimal(500_000)),
        "What to do with ¥500,000.00: Time deposit matures on 2026-12-23.",
    ),
    "event": ("ask", Dated("#event-1", "New home", DAY), "How it goes: New home, 2026-12-23."),
    "risk_ended": (
        "ask",
        Dated("#risk", "C3 Balanced", DAY),
        "For a new risk assessment: C3 Balanced held until 2026-12-23.",
    ),
    "unused": (
        "ask",
        Dated("#benefits", "Health check", DAY),
        "Benefits not used yet, until 2026-12-23: Health check.",
    ),
    "topics": ("ask", Said("#prefs", "sailing"), "Likes to talk about: sailing."),
    "avoid": ("care", Said("#prefs", "early calls"), "Avoid: early calls."),
    "keep_in_mind": ("care", Said("#prefs", "Hears badly."), "Hears badly."),
    "unanswered": (
        "care",
        Unanswered("#tl", 3, True),
        "No answer on 3 days; please try a message.",
    ),
    "decides": ("care", Said("#household", "Spouse"), "Decides about money too: Spouse."),
    "no_offers": ("care", Fact("#allowed"), "No offers: there is no consent to them."),
    "best_time": ("care", Said("#prefs", "weekdays"), "Best time: weekdays."),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fact_has_its_sentence_and_leads_there(name):
    part, fact, text = CASES[name]

    found = compose(Facts(**{name: fact}))

    [sentence] = getattr(found, part)
    assert (sentence.text, sentence.fact, sentence.anchor) == (text, name, fact.anchor)
    assert len(found.why + found.ask + found.care) == 1


def test_every_fact_has_a_rule_and_every_rule_a_case():
    ruled = {name for name, _rule in (*sentences.WHY, *sentences.ASK, *sentences.CARE)}

    assert ruled == {field.name for field in fields(Facts)} == set(CASES)


def test_what_weighs_most_comes_first_and_two_sentences_are_enough():
    everything = Facts(**{name: fact for name, (_part, fact, _text) in CASES.items()})

    found = compose(everything)

    assert [sentence.fact for sentence in found.why] == ["left_in_peace", "loss"]
    assert [sentence.fact for sentence in found.ask] == ["agreed", "maturity"]
    assert [sentence.fact for sentence in found.care] == ["avoid", "keep_in_mind"]


def test_without_facts_there_is_no_brief():
    assert not compose(Facts())


_anchors = st.sampled_from(["#prefs", "#tl", "#contact-4"])
_texts = st.text("abcdefgh 好的", min_size=1, max_size=30)
_days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_counts = st.integers(1, 400)
_amounts = st.decimals(1, 10**9, places=2)
_said = st.builds(Said, _anchors, _texts)
_dated = st.builds(Dated, _anchors, _texts, _days)
_kinds = {
    Fact: st.builds(Fact, _anchors),
    Said: _said,
    Dated: _dated,
    Due: st.builds(Due, _anchors, _days, st.booleans()),
    Loss: st.builds(Loss, _anchors, _amounts, st.integers(1, 100)),
    Promise: st.builds(Promise, _anchors, _texts, _days, st.booleans()),
    Silence: st.builds(Silence, _anchors, st.none() | _counts, _counts),
    Maturity: st.builds(Maturity, _anchors, _texts, _days, st.none() | _amounts),
    Unanswered: st.builds(Unanswered, _anchors, _counts, st.booleans()),
}
_facts = st.builds(
    Facts, **{name: st.none() | _kinds[type(fact)] for name, (_part, fact, _text) in CASES.items()}
)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def _said_of(fact) -> str:
    """Everything that a fact may bring into a sentence, as people read it."""
    values = [getattr(fact, one.name) for one in fields(fact) if one.name != "anchor"]
    found = [str(value) for value in values]
    found += [words.day(value) for value in values if isinstance(value, date)]
    amounts = [value for value in values if isinstance(value, Decimal)]
    found += [money.exact(value) for value in amounts]
    found += [money.compact(value, translation.get_language()) for value in amounts]
    return " ".join(found)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@given(facts=_facts)
def test_no_sentence_stands_without_its_fact(language, facts):
    with translation.override(language):
        found = compose(facts)
        for sentence in (*found.why, *found.ask, *found.care):
            fact = getattr(facts, sentence.fact)
            assert sentence.anchor == fact.anchor
            assert _numbers(sentence.text) <= _numbers(_said_of(fact))
            without = compose(replace(facts, **{sentence.fact: None}))
            left = (*without.why, *without.ask, *without.care)
            assert sentence.fact not in [other.fact for other in left]


@pytest.mark.django_db
def test_the_page_says_what_is_on_file_and_leads_to_it(client, rm, now):
    file = ClientFactory(owner=rm, tier="diamond", aum="2312480.16")
    talk = ContactFactory(client=file, next_step="Send the fee table", staff=rm)
    late = FollowUpFactory(client=file, due_on=date(2026, 11, 20), purpose="Large movement")
    HoldingFactory(client=file, matures_on=DAY, name="Time deposit, 1 year")
    PreferencesFactory(client=file, avoid="fees he was not told of")
    LifeEventFactory(client=file)
    RelativeFactory(client=file, relation="spouse", decides=True)
    client.force_login(rm)

    page = client.get(f"/clients/{file.pk}/")

    found, text = page.context["brief"], page.content.decode()
    assert found.why[0].text == "Large movement was due on 2026-11-20."
    assert [one.fact for one in found.ask] == ["agreed", "maturity"]
    assert [one.text for one in found.care] == [
        "Avoid: fees he was not told of.",
        "Decides about money too: Spouse.",
    ]
    for anchor in (f"promise-{late.pk}", f"contact-{talk.pk}", "holdings", "prefs", "household"):
        assert f'id="{anchor}"' in text
        assert f'href="#{anchor}"' in text


@pytest.mark.django_db
def test_whatever_the_brief_says_stands_on_the_page(client, rm, now):
    file = ClientFactory(owner=rm, tier="diamond", do_not_contact=True)
    AssessmentFactory(client=file, answered_on=date(2025, 1, 5), valid_until=date(2026, 1, 5))
    client.force_login(rm)

    page = client.get(f"/clients/{file.pk}/")

    found, text = page.context["brief"], page.content.decode()
    said = [*found.why, *found.ask, *found.care]
    assert "risk_ended" in [one.fact for one in said]
    for sentence in said:
        assert f'id="{sentence.anchor.removeprefix("#")}"' in text


@pytest.mark.django_db
def test_a_sentence_about_an_old_talk_leads_to_the_page_where_it_stands(client, rm, now):
    file = ClientFactory(owner=rm)
    talk = ContactFactory(
        client=file, next_step="Send the rates", happened_at=now - timedelta(days=200)
    )
    for days in range(40):
        unanswered = {"outcome": "no_answer", "is_valid": False, "next_step": ""}
        ContactFactory(client=file, happened_at=now - timedelta(days=days + 1), **unanswered)
    client.force_login(rm)

    page = client.get(f"/clients/{file.pk}/")
    links = [one.anchor for one in page.context["brief"].why if one.fact == "silence"]

    [link] = links
    assert f'id="contact-{talk.pk}"' not in page.content.decode()
    assert link.endswith(f"#contact-{talk.pk}")
    there = client.get(f"/clients/{file.pk}/{link.partition('#')[0]}").content.decode()
    assert f'id="contact-{talk.pk}"' in there
    assert f'href="#contact-{talk.pk}"' in there
