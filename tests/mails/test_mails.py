"""Every mail of the product, as it is rendered in both languages (rules F8, J5).

`pytest tests/mails --renew-snapshots` writes the kept ones anew; `--pictures DIR` draws them.
"""

from pathlib import Path

import pytest

from crm.lib import clock
from managers.inbox import kinds as inbox
from managers.outbox import letters
from tests.mails import rendering, scenes
from tests.mails.stage import Cast, kind_of
from tests.mails.stage import scenes as plays

__all__ = ["scenes"]

KEPT = Path(__file__).parent / "snapshots"
LANGUAGES = ("en", "zh-hans")
# What must never leave the house: whole names and their spelling, and what somebody typed.
SECRETS = ("安然", "明远", "思雨", "蒋文", "Anran", "Mingyuan", "Siyu", "13812345678", "3,000,000")


@pytest.fixture
def cast(rm, peer, marketing, lobby, head, admin, officer, outlet):
    people = (rm, peer, marketing, lobby, head, admin, officer)
    return lambda now: Cast(*people, outlet=outlet, now=now)


def rendered(name, cast):
    """The mail of a scene in each of its languages."""
    scene = plays[name]
    with clock.at(scene.at):
        letter = scene.play(cast(scene.at))
        spoken = letters.kinds[letter.kind].language
        for language in [spoken] if spoken else LANGUAGES:
            letter.recipient.language = language
            yield language, letters.write(letter)


@pytest.mark.parametrize("name", plays)
def test_a_mail_reads_as_it_is_kept(name, cast, is_kept, drawn):
    for language, mail in rendered(name, cast):
        text = rendering.told(mail, language)
        for html, _kind in mail.alternatives:
            drawn(f"{name}.{language}", html)
        assert [secret for secret in SECRETS if secret in text] == []
        is_kept(KEPT / language / f"{name}.txt", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_of_all_mails_is_as_it_is_kept(language, is_kept):
    is_kept(KEPT / language / "frame.html", rendering.frame(language) + "\n")


def test_every_kind_of_letter_and_notice_has_a_scene():
    kinds = {kind for kind in letters.kinds if "note" not in kind}  # the tests' own notes
    kinds = kinds - {"notification"} | {f"notice-{kind}" for kind in inbox.tellers}

    assert {kind_of(name) for name in plays} == kinds


def test_every_kind_of_letter_has_a_name_in_the_administration():
    named = [kind.title or kind.name for code, kind in letters.kinds.items() if "note" not in code]

    assert all(named)
    assert len({str(name) for name in named}) == len(named)


def test_no_mail_is_kept_without_a_scene():
    for language in LANGUAGES:
        kept = {path.stem for path in (KEPT / language).glob("*.txt")}
        assert kept <= plays.keys()
