"""The administrator's table of VIP rooms."""

from django.contrib import admin

from clients.appointments.models import Room
from managers.people.admin import AdministratorsOnly


@admin.register(Room)
class RoomAdmin(AdministratorsOnly):
    list_display = ["name", "latin_name", "unit", "seats", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["unit"]
    search_fields = ["name", "latin_name", "unit__name"]
    autocomplete_fields = ["unit"]

    def get_readonly_fields(self, request, obj=None):
        """A room stays where its visits were."""
        return ["unit"] if obj else []
