"""The words and components of pages: `{% load guibin %}`.

Filters give text and follow the active language; tags give markup. None of them reads the
database or needs a context processor, so they work inside `{% include … only %}`.
"""

import re
from decimal import Decimal

from django import forms, template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, gettext_noop, pgettext

from crm import figures, words
from crm.lib import money as amounts

register = template.Library()

_WHOLE = re.compile(r"\d{4}(?:-\d\d-\d\d|年\d{1,2}月\d{1,2}日)(?: \d\d:\d\d)?|(?:[A-Za-z]+|\w)\*+")
_TIERS = {
    "gold": gettext_noop("Gold"),
    "platinum": gettext_noop("Platinum"),
    "diamond": gettext_noop("Diamond"),
    "private": gettext_noop("Private"),
}

for word in (
    words.day,
    words.day_short,
    words.day_long,
    words.weekday,
    words.month,
    words.hour,
    words.moment,
    words.daypart,
    words.lateness,
    words.time_left,
    words.due_left,
    words.duration,
    words.ago,
    words.listed,
    words.due_tone,
    words.ordinal,
    words.points,
    words.quantity,
    words.plain_name,
    words.masked_name,
    words.unit_name,
):
    register.filter(word.__name__, word)


# --- Text


@register.filter
def money(amount, currency="CNY") -> str:
    """An amount to the cent; nothing for None."""
    return "" if amount is None else amounts.exact(Decimal(amount), currency)


@register.filter
def money_compact(amount) -> str:
    """A CNY amount at a glance, in the units of the language; nothing for None."""
    return "" if amount is None else amounts.compact(Decimal(amount), get_language() or "en")


@register.filter(is_safe=True)
def unbroken(html) -> str:
    """A mail's text in which no line ends within a date, its hour, or a masked name.

    The ends of the templates' own lines are no spaces: Chinese sentences have none between them.
    """
    return _WHOLE.sub(r'<span style="white-space:nowrap">\g<0></span>', html.replace("\n", ""))


@register.simple_tag
def greeting(person, at) -> str:
    """A greeting by name for the time of day."""
    sentences = {
        "morning": gettext("Good morning, %(name)s"),
        "afternoon": gettext("Good afternoon, %(name)s"),
        "evening": gettext("Good evening, %(name)s"),
    }
    return sentences[words.daypart(at)] % {"name": words.plain_name(person)}


@register.simple_tag
def person(someone) -> str:
    """A name: English shows Latin letters with the characters beside them."""
    shown = words.plain_name(someone)
    if words.in_chinese() or not words.has_hanzi(someone.name):
        return shown
    return format_html('{} <span class="hanzi" lang="zh-CN">{}</span>', shown, someone.name)


@register.simple_tag
def client_name(client, masked=False) -> str:
    """A client's name, or its mask for those who do not own the client (rules J5)."""
    return words.masked_name(client) if masked else person(client)


@register.simple_tag
def provisional(day, short=False) -> str:
    """A mark beside a day of a year without announced holidays, a word in lists (rules F5)."""
    told = words.provisional(day)
    if told and short:
        label = pgettext("a day", "provisional")
        return format_html('<abbr class="meta" title="{}">{}</abbr>', told, label)
    return format_html('<span class="meta">{}</span>', told) if told else ""


# --- Small marks


@register.simple_tag
def icon(name, label="") -> str:
    """A Tabler icon: decoration, or an image with a label."""
    if label:
        return format_html('<i class="ti ti-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def tier(code) -> str:
    """A tier's badge with its word; the regular tier has none."""
    if code not in _TIERS:
        return ""
    return format_html('<span class="tier tier-{}">{}</span>', code, gettext(_TIERS[code]))


@register.simple_tag
def chip(label, tone="", icon="") -> str:
    """A chip for what is out of the ordinary; `tone` is red, amber, green or empty."""
    mark = format_html('<i class="ti ti-{}" aria-hidden="true"></i>', icon) if icon else ""
    css = f"chip chip-{tone}" if tone else "chip"
    return format_html('<span class="{}">{}{}</span>', css, mark, label)


@register.inclusion_tag("components/stat.html")
def stat(value, label, tone="", of=None, wide=False) -> dict:
    """A number of the page's head, 0 without tone; `of` is its total, `wide` leaves phones out."""
    return {"value": value, "label": label, "tone": tone if value else "", "of": of, "wide": wide}


@register.inclusion_tag("components/empty.html")
def empty_state(title, text="", href="", action="", icon="") -> dict:
    """What an empty list says: what it would hold and what to do."""
    return {"title": title, "text": text, "href": href, "action": action, "icon": icon}


# --- Figures


@register.inclusion_tag("components/gauge.html")
def gauge(value, limit=None, scale=None, ghost=None, tone="", label="") -> dict:
    """A bar up to `scale` with a mark at `limit`, all in one unit; `ghost` is the paler what-if."""
    whole = scale or (float(limit) * 1.25 if limit else 100)
    return {
        "fill": figures.percent(value, whole),
        "ghost": None if ghost is None else figures.percent(ghost, whole),
        "mark": None if limit is None else figures.percent(limit, whole),
        "tone": tone,
        "label": label,
    }


@register.inclusion_tag("components/spark.html")
def spark(values, label, width=148, height=44, mark=None, mark_label="") -> dict:
    """A small line of values, oldest first, with a dotted mark; `label` tells it in words."""
    line = figures.spark(values, width, height, mark)
    return {
        "line": line,
        "label": label,
        "width": width,
        "height": height,
        "mark_end": width - 2,
        "mark_label": mark_label,
    }


@register.inclusion_tag("components/columns.html")
def columns(percents, labels, label, now=None, width=312, height=96) -> dict:
    """A bar for each percent with its label below, the one at place `now` darker."""
    bars = figures.columns(percents, width, height)
    return {
        "bars": list(zip(bars, percents, labels, strict=True)),
        "label": label,
        "now": now,
        "width": width,
        "height": height,
        "thick": round(width / max(len(bars), 1) * 0.6, 1),
    }


@register.inclusion_tag("components/progress.html")
def progress(value, maximum, label, tone="") -> dict:
    """A share of a whole, with its words for those who do not see it."""
    return {"value": value, "maximum": maximum, "label": label, "tone": tone}


# --- Lists


def _address(context, changes: dict) -> str:
    """This page's query with some parameters changed (None removes) and paging begun anew."""
    query = context["request"].GET.copy()
    for parameter, value in {"after": None, "before": None, **changes}.items():
        if value is None:
            query.pop(parameter, None)
        else:
            query[parameter] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/filter_chip.html", takes_context=True)
def filter_chip(context, label, count=None, **parameters) -> dict:
    """A link that narrows the list and keeps all else in the address."""
    asked = context["request"].GET
    wanted = {name: None if value is None else str(value) for name, value in parameters.items()}
    return {
        "label": label,
        "count": count,
        "href": _address(context, wanted),
        "current": all((asked.get(name) or None) == value for name, value in wanted.items()),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context, label, key, num=False, first="", default="") -> dict:
    """A column's header that sorts: `first` is "-" where the largest comes first.

    `default` names the order of a list whose address names none.
    """
    order = context["request"].GET.get("sort") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    turned = {"ascending": f"-{key}", "descending": key}
    return {
        "label": label,
        "num": num,
        "direction": direction,
        "href": _address(context, {"sort": turned.get(direction, f"{first}{key}")}),
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context, page) -> dict:
    """Links to the pages before and after; nothing for a list of one page."""
    previous, following = page.previous_cursor, page.next_cursor
    return {
        "previous": _address(context, {"before": previous}) if previous else "",
        "next": _address(context, {"after": following}) if following else "",
    }


# --- Forms


@register.inclusion_tag("components/form_row.html")
def form_row(field, label=None, hide_label=False, optional=True, **attributes) -> dict:
    """A field with its label, help and errors; further keywords become attributes of the widget.

    `optional=False` leaves out the word for fields that may stay empty, where the form makes it
    plain.
    """
    widget = field.field.widget
    is_check = isinstance(widget, forms.CheckboxInput)
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    css = ["form-check-input" if is_check else kind, widget.attrs.get("class")]
    given["class"] = " ".join(filter(None, css))
    return {
        "field": field,
        "widget": field.as_widget(attrs=given),
        "label": field.label if label is None else label,
        "hide_label": hide_label,
        "says_optional": optional and not field.field.required,
        "is_check": is_check,
    }


@register.inclusion_tag("components/segments.html")
def segments(field, minor_after=None, icons=None) -> dict:
    """Radios as buttons: those after the first `minor_after` are small; `icons` go by value."""
    options = [
        {"widget": option, "icon": (icons or {}).get(str(option.data["value"]), "")}
        for option in field
        if option.data["value"] not in ("", None)
    ]
    cut = len(options) if minor_after is None else minor_after
    return {"field": field, "large": options[:cut], "small": options[cut:]}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form) -> dict:
    """All errors of a form above it, each a link to its field; takes the focus."""
    fields = [field for field in form if field.errors] if form.is_bound else []
    return {"general": form.non_field_errors() if form.is_bound else [], "fields": fields}
