"""What a person says of an import: which files, which columns, and that it may begin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.intake import rules
from clients.intake.columns import Columns, dates_of
from clients.intake.kinds import CHOICES, KINDS, shipped
from clients.intake.suggestions import read_as
from crm.lib.tabular import UPLOAD, TabularError, detect
from crm.lib.tabular.looks import DATE_FORMATS
from managers.people import scope
from managers.people.models import UnitKind
from managers.people.scope import Right

_ENOUGH = 50  # rows that show whether a file is a table at all


class ManyFiles(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files by name, each a table within the limits of uploads (security 20)."""

    widget = ManyFiles

    def clean(self, data, initial=None) -> dict[str, bytes]:
        files = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(file, initial) for file in files if file]
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > rules.MOST_FILES:
            words = {"count": rules.MOST_FILES}
            raise forms.ValidationError(_("At most %(count)d files at once.") % words)
        return {file.name: checked_content(file) for file in files}


def checked_content(file) -> bytes:
    """The content of a file that can be read. Raises ValidationError."""
    words = {"name": file.name, "size": UPLOAD.bytes // 2**20}
    if file.size > UPLOAD.bytes:
        raise forms.ValidationError(_("%(name)s is larger than %(size)d MB.") % words)
    content = file.read()
    try:
        found = detect(content, rows=_ENOUGH)
        for finding in found.findings:
            if finding.code == "columns":  # no page could offer so many
                raise TabularError(finding.text)
    except TabularError as broken:
        words["reason"] = broken
        raise forms.ValidationError(_("%(name)s: %(reason)s") % words) from broken
    return content


class UploadForm(forms.Form):
    """Files, what they hold, and a mapping that is there already."""

    kind = forms.ChoiceField(label=_("What is in the files?"), widget=forms.RadioSelect)
    files = FilesField(
        label=_("Files"),
        help_text=_(
            "CSV or XLSX, up to 10 MB and 50,000 rows each; several if they belong together."
        ),
    )
    using = forms.ChoiceField(label=_("Mapping"), required=False)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs["accept"] = ".csv,.txt,.tsv,.xlsx"
        kinds = [(code, label) for code, label in CHOICES if KINDS[code].is_for(person)]
        self.fields["kind"].choices = kinds
        self.fields["kind"].initial = kinds[0][0] if kinds else None
        codes = [code for code, _label in kinds]
        kept = rules.mappings_for(person).filter(kind__in=codes)
        ready = [each for each in shipped().values() if each.kind in codes]
        self.fields["using"].choices = [
            ("", _("I choose the columns")),
            (_("Kept mappings"), [(f"saved:{each.pk}", each.name) for each in kept]),
            (_("Ready-made mappings"), [(f"shipped:{each.name}", each.title) for each in ready]),
        ]


class ColumnsForm(forms.Form):
    """A column for each field, dates and missing marks, and whether the mapping is kept."""

    prefix_text = forms.CharField(
        label=_("Letters before each client number"), max_length=10, required=False
    )
    keep_as = forms.CharField(label=_("Keep this mapping as"), max_length=40, required=False)
    shared = forms.BooleanField(label=_("Colleagues may use it"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, kind, found, chosen: Columns, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.found, self.chosen = kind, found, chosen
        self._columns = {column.name: column for column in found.columns}
        self.fields["prefix_text"].initial = chosen.prefix
        names = [("", _("not in the file"))] + [(name, name) for name in found.header]
        for each in kind.fields:
            self.fields[f"col-{each.name}"] = forms.ChoiceField(
                label=each.label, choices=names, required=False, initial=chosen.of.get(each.name)
            )
        for name in dates_of(kind):
            self.fields[f"day-{name}"] = self._dates(name)
        if any(each.name == "outlet" for each in kind.fields):
            self.fields["outlet-code"] = self._outlets(person)
        self.fields["missing"] = self._marks()
        if kind.has_facts:
            self.fields["facts"] = forms.MultipleChoiceField(
                label=_("Further columns that go to the client’s profile"),
                choices=[(name, name) for name in found.header],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=chosen.facts,
            )

    def _dates(self, name: str) -> forms.ChoiceField:
        column = self._columns.get(self.chosen.of.get(name, ""))
        fitting = dict(column.formats) if column else {}
        others = [form for form in DATE_FORMATS if form not in fitting]
        choices = [(form, f"{form} ({count})") for form, count in fitting.items()]
        given = self.chosen.readings.get(name, {}).get("format")
        return forms.ChoiceField(
            label=_("Written as"),
            choices=choices + [(form, form) for form in others],
            required=False,
            initial=given or next(iter(fitting), None),
        )

    def _outlets(self, person) -> forms.ChoiceField:
        outlets = scope.units(person, Right.IMPORT).filter(kind=UnitKind.OUTLET)[:200]
        return forms.ChoiceField(
            label=_("Or one outlet for all rows"),
            choices=[
                ("", _("as the column says")),
                *[(o.code, f"{o} · {o.code}") for o in outlets],
            ],
            required=False,
            initial=self.chosen.constants.get("outlet"),
        )

    def _marks(self) -> forms.MultipleChoiceField:
        marks = dict.fromkeys(self.chosen.missing)
        for column in self.found.columns:
            marks |= dict.fromkeys(column.marks)
        blank = pgettext_lazy("missing mark", "blanks")
        return forms.MultipleChoiceField(
            label=_("Stands for nothing"),
            choices=[(mark, f"“{mark}”" if mark.strip() else blank) for mark in marks],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=self.chosen.missing,
        )

    @property
    def lines(self) -> list:
        """Each field of ours with its bound fields and what the column holds."""
        return [
            {
                "field": self[f"col-{each.name}"],
                "required": each.required,
                "day": self[f"day-{each.name}"] if each.name in dates_of(self.kind) else None,
                "one": self["outlet-code"] if each.name == "outlet" else None,
                "samples": self._samples(each.name),
            }
            for each in self.kind.fields
        ]

    def _samples(self, name: str) -> str:
        column = self._columns.get(self[f"col-{name}"].value() or "")
        return " · ".join(column.samples[:2]) if column else ""

    def clean(self):
        given = super().clean()
        for each in self.kind.fields:
            filled = given.get(f"col-{each.name}") or (
                each.name == "outlet" and given.get("outlet-code")
            )
            if each.required and not filled:
                self.add_error(f"col-{each.name}", _("Choose the column that holds this."))
        return given

    def columns(self) -> Columns:
        """What was chosen, once the form is valid."""
        given, chosen = self.cleaned_data, Columns()
        chosen.prefix = given["prefix_text"]
        chosen.missing = given["missing"]
        for each in self.kind.fields:
            column = given.get(f"col-{each.name}")
            if each.name == "outlet" and not column:
                chosen.constants["outlet"] = given["outlet-code"]
            elif column:
                chosen.of[each.name] = column
                chosen.readings[each.name] = self._reading(each, self._columns[column])
        chosen.facts = [name for name in given.get("facts", []) if name not in chosen.of.values()]
        return chosen

    def _reading(self, each, column) -> dict:
        kept = self.chosen.readings.get(each.name, {})
        same = self.chosen.of.get(each.name) == column.name
        reading = kept if same and kept else read_as(each, column)
        day = self.cleaned_data.get(f"day-{each.name}")
        return reading | {"format": day} if day else reading


class StartForm(forms.Form):
    """That the import may begin, after what was found odd has been read."""

    accepted = forms.BooleanField(label=_("I have read what was found."), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class NameForm(forms.Form):
    """Another name for a mapping."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "name"), max_length=40)
