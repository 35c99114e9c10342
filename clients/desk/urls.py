"""Pages of this feature."""

from django.urls import path

from clients.desk import away_views, branch_views, bulk_views, client_views, today_views

urlpatterns = [
    path("today/", today_views.today, name="today"),
    path("today/calls/<int:pk>/", today_views.today_call, name="today-call"),
    path("today/away/", away_views.away, name="away"),
    path("clients/<int:pk>/", client_views.client, name="client"),
    path("clients/<int:pk>/note/", client_views.client_note, name="client-note"),
    path("clients/<int:pk>/edit/", client_views.client_edit, name="client-edit"),
    path("clients/selected/", bulk_views.selected, name="client-bulk"),
    path("branch/", branch_views.branch, name="branch"),
    path("branch/assign/", branch_views.assign, name="assign"),
    path("branch/effect/", branch_views.assign_effect, name="assign-effect"),
]
