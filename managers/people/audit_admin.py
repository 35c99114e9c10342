"""The audit in the administration. It stands with people, whose posts give the right to read it."""

from django.contrib import admin

from managers.audit.models import AuditEvent
from managers.people.scope import Right, may


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """Read only: the database itself refuses anything else."""

    list_display = ["at", "actor", "verb", "subject_type", "subject_id", "client_id"]
    list_select_related = ["actor"]
    search_fields = ["=verb", "=subject_id", "=actor__employee_no"]
    show_full_result_count = False

    def has_module_permission(self, request):
        return may(request.user, Right.READ_AUDIT)

    def has_view_permission(self, request, obj=None):
        return may(request.user, Right.READ_AUDIT)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
