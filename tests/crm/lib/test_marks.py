"""A mark in an address stands for what somebody typed, for them alone and not for long."""

from datetime import timedelta

import pytest

from crm.lib import clock
from crm.lib.marks import mark_of, text_of
from crm.lib.secrets import Sealed


@pytest.mark.django_db
def test_a_mark_is_read_by_whom_it_was_made_for(rm, peer):
    mark = mark_of(rm, " 张伟 ")

    assert text_of(rm, mark) == "张伟"
    assert text_of(peer, mark) == ""
    assert "张伟" not in mark
    assert mark_of(rm, "  ") == ""


@pytest.mark.django_db
def test_a_mark_ends_with_the_longest_session(rm, now):
    mark = mark_of(rm, "zw")
    with clock.at(now + timedelta(hours=12)):
        assert text_of(rm, mark) == "zw"
    with clock.at(now + timedelta(hours=12, seconds=1)):
        assert text_of(rm, mark) == ""


@pytest.mark.django_db
def test_what_is_no_mark_says_nothing(rm):
    marks = ["", "zw", "v1.test.AAAA", Sealed.of("[1]").token, Sealed.of("7").token]

    assert {text_of(rm, mark) for mark in marks} == {""}
