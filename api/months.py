"""A month, as programs write it."""

from rest_framework import serializers


class MonthField(serializers.RegexField):
    """2026-10."""

    def __init__(self, **kwargs):
        super().__init__(r"^20\d\d-(0[1-9]|1[0-2])$", **kwargs)


class MonthSerializer(serializers.Serializer):
    """The month that an answer is about; the one that goes on, as of today, without it."""

    month = MonthField(required=False, help_text="As 2026-10.")
