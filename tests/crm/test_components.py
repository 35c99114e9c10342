from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.context import make_context
from django.utils import translation

from crm.widgets import DayInput, HourInput, MomentInput
from tests.factories import StaffFactory


@pytest.fixture
def draw(rf):
    """What a snippet of a template makes of its values, on a page at this address."""

    def render(snippet, path="/", **values):
        template = Template("{% load i18n guibin %}" + snippet)
        return template.render(make_context(values, rf.get(path))).strip()

    return render


@pytest.fixture
def lin():
    return StaffFactory.build(name="林悦", latin_name="Lin Yue")


@pytest.mark.parametrize(("late", "told"), [(2, '<b class="late">2</b>'), (0, "<b>0</b>")])
def test_nothing_late_is_not_red(draw, late, told):
    assert told in draw("{% stat late 'overdue' tone='late' %}", late=late)


# --- Text


def test_money_is_exact_or_short_and_nothing_where_there_is_none(draw):
    assert draw("{{ x|money }} {{ x|money_compact }}", x=Decimal("1234567")) == (
        "¥1,234,567.00 ¥1.23M"
    )
    assert draw("{{ x|money }}{{ x|money_compact }}", x=None) == ""
    with translation.override("zh-hans"):
        assert draw("{{ x|money_compact }}", x=Decimal("1234567")) == "¥123.5万"


def test_the_greeting_knows_the_hour(draw, lin, now):
    assert draw("{% greeting person at=now %}", person=lin, now=now) == "Good morning, Lin Yue"
    evening = now.replace(hour=19)
    assert draw("{% greeting person at=now %}", person=lin, now=evening) == "Good evening, Lin Yue"


def test_english_shows_the_characters_beside_a_name(draw, lin):
    assert draw("{% person x %}", x=lin) == ('Lin Yue <span class="hanzi" lang="zh-CN">林悦</span>')
    with translation.override("zh-hans"):
        assert draw("{% person x %}", x=lin) == "林悦"


def test_a_name_cannot_smuggle_markup_in(draw):
    trickster = SimpleNamespace(name="<b>x</b>", number="1")
    assert draw("{% person x %}", x=trickster) == "&lt;b&gt;x&lt;/b&gt;"


def test_a_masked_client_shows_no_more_than_the_surname(draw):
    client = SimpleNamespace(name="徐兰心", number="1")
    assert draw("{% client_name x masked=True %}", x=client) == "Xu**"


# --- Marks


def test_a_tier_always_says_its_word(draw):
    assert draw('{% tier "private" %}') == '<span class="tier tier-private">Private</span>'


@pytest.mark.parametrize("code", ["regular", "", None])
def test_the_regular_tier_has_no_badge(draw, code):
    assert draw("{% tier code %}", code=code) == ""


def test_an_icon_is_silent_unless_it_has_a_label(draw):
    assert draw('{% icon "phone" %}') == '<i class="ti ti-phone" aria-hidden="true"></i>'
    assert draw('{% icon "eye" "Reveal" %}') == (
        '<i class="ti ti-eye" role="img" aria-label="Reveal"></i>'
    )


def test_a_chip_carries_its_tone(draw):
    assert draw('{% chip "Late" "red" icon="clock" %}') == (
        '<span class="chip chip-red"><i class="ti ti-clock" aria-hidden="true"></i>Late</span>'
    )


# --- Lists


def test_a_filter_keeps_the_rest_of_the_address_and_begins_at_the_first_page(draw):
    html = draw('{% filter_chip "Gold" count=3 tier="gold" %}', "/?q=chen&after=abc")
    assert html == '<a class="filter" href="?q=chen&amp;tier=gold">Gold <span>3</span></a>'


@pytest.mark.parametrize(
    ("address", "chip", "current"),
    [
        ("/?tier=gold", '{% filter_chip "Gold" tier="gold" %}', True),
        ("/?tier=gold", '{% filter_chip "All" tier=None %}', False),
        ("/", '{% filter_chip "All" tier=None %}', True),
        ("/?page_size=50", '{% filter_chip "50" page_size=50 %}', True),
    ],
)
def test_the_filter_in_use_is_marked(draw, address, chip, current):
    assert ('aria-current="true"' in draw(chip, address)) is current


SORT = '{% sort_header "Assets" "aum" num=True first="-" default="name" %}'


@pytest.mark.parametrize(
    ("address", "direction", "href"),
    [
        ("/", "", "?sort=-aum"),
        ("/?sort=-aum", "descending", "?sort=aum"),
        ("/?sort=aum", "ascending", "?sort=-aum"),
    ],
)
def test_a_header_sorts_and_turns_the_order(draw, address, direction, href):
    html = draw(SORT, address)
    assert f'href="{href}"' in html
    assert html.startswith(
        f'<th scope="col" class="num" aria-sort="{direction}">'
        if direction
        else '<th scope="col" class="num">'
    )


def test_a_list_says_by_what_it_is_sorted_when_the_address_does_not(draw):
    assert 'aria-sort="ascending"' in draw('{% sort_header "Name" "name" default="name" %}')


def test_the_pager_leads_on_and_back(draw):
    page = SimpleNamespace(previous_cursor="p", next_cursor="n")
    html = draw("{% pager page %}", "/?tier=gold&after=x", page=page)
    assert 'rel="prev" href="?tier=gold&amp;before=p"' in html
    assert 'rel="next" href="?tier=gold&amp;after=n"' in html


def test_a_list_of_one_page_has_no_pager(draw):
    page = SimpleNamespace(previous_cursor=None, next_cursor=None)
    assert draw("{% pager page %}", page=page) == ""


# --- Figures


def test_a_gauge_marks_its_limit(draw):
    html = draw('{% gauge 108 limit=100 scale=125 tone="late" label="108 percent" %}')
    assert 'class="gauge late" role="img" aria-label="108 percent"' in html
    assert '<rect class="fill" y="4" width="86.4%"' in html
    assert '<rect class="mark" x="80.0%"' in html
    assert "ghost" not in html


def test_figures_are_written_for_machines_in_every_language(draw):
    with translation.override("zh-hans"):
        html = draw('{% progress 1234.5 2000 label="x" %}{% spark values "y" %}', values=[1, 2.5])
    assert 'value="1234.5" max="2000"' in html
    assert '<circle cx="144.0" cy="4.0" r="3"/>' in html


# --- Forms


class VisitForm(forms.Form):
    what = forms.CharField(help_text="In a few words.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    how = forms.ChoiceField(
        choices=[("call", "Call"), ("visit", "Visit"), ("mail", "Mail")], widget=forms.RadioSelect
    )
    sure = forms.BooleanField()
    version = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_is_tied_to_its_help_and_its_error(draw):
    html = draw("{% form_row form.what %}", form=VisitForm({}))
    assert 'aria-describedby="id_what_helptext id_what_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control"' in html
    assert 'id="id_what_helptext">In a few words.' in html
    assert 'id="id_what_error"' in html
    assert "This field is required." in html


def test_keywords_become_attributes_of_the_field(draw):
    html = draw('{% form_row form.what label="Why" data_key="n" %}', form=VisitForm())
    assert 'data-key="n"' in html
    assert '<label class="form-label" for="id_what">Why</label>' in html


def test_what_may_be_left_empty_says_so(draw):
    assert "optional" in draw("{% form_row form.note %}", form=VisitForm())
    assert "optional" not in draw("{% form_row form.what %}", form=VisitForm())


def test_a_hidden_field_is_printed_bare(draw):
    assert draw("{% form_row form.version %}", form=VisitForm()) == (
        '<input type="hidden" name="version" id="id_version">'
    )


def test_a_checkbox_stands_before_its_words(draw):
    html = draw("{% form_row form.sure %}", form=VisitForm())
    assert html.index("<input") < html.index("<span>Sure</span>")


def test_choices_become_buttons_and_the_rare_ones_small(draw):
    html = draw(
        "{% segments form.how minor_after=2 icons=icons %}",
        form=VisitForm(),
        icons={"call": "phone"},
    )
    assert html.count("<label") == 3
    assert html.count('class="minor"') == 1
    assert html.index("ti-phone") < html.index("Visit") < html.index('class="minor"')


def test_the_summary_links_every_error_and_takes_the_focus(draw):
    form = VisitForm({"what": ""})
    form.add_error(None, "The receiving book is full.")
    html = draw("{% error_summary form %}", form=form)
    assert "autofocus" in html
    assert "The receiving book is full." in html
    assert [f'href="#{field}"' in html for field in ("id_what", "id_how", "id_sure")] == [True] * 3


def test_a_form_without_errors_has_no_summary(draw):
    assert draw("{% error_summary form %}", form=VisitForm()) == ""


@pytest.mark.parametrize(
    ("widget", "value"),
    [(DayInput(), "2026-11-23"), (HourInput(), "09:10"), (MomentInput(), "2026-11-23T09:10")],
)
def test_browsers_get_iso_in_every_language(now, widget, value):
    with translation.override("zh-hans"):
        assert f'value="{value}"' in widget.render("when", now)


def test_a_lists_message_can_be_sent_with_any_fragment():
    html = Template('{% include "components/messages.html" with oob=True %}').render(
        Context({"messages": [SimpleNamespace(level_tag="success", __str__=lambda self: "x")]})
    )
    assert 'id="messages"' in html
    assert 'hx-swap-oob="innerHTML"' in html
    assert "note-green" in html
