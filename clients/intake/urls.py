"""Pages of this feature."""

from django.urls import path

from clients.intake import mapping_views, views

urlpatterns = [
    path("imports/", views.import_list, name="import-list"),
    path("imports/new/", views.import_new, name="import-new"),
    path("imports/mappings/", mapping_views.mapping_list, name="mapping-list"),
    path("imports/mappings/<int:pk>/rename/", mapping_views.mapping_rename, name="mapping-rename"),
    path("imports/mappings/<int:pk>/drop/", mapping_views.mapping_drop, name="mapping-drop"),
    path("imports/<int:pk>/", views.import_run, name="import"),
    path("imports/<int:pk>/progress/", views.import_progress, name="import-progress"),
    path("imports/<int:pk>/map/", views.import_map, name="import-map"),
    path("imports/<int:pk>/preview/", views.import_preview, name="import-preview"),
    path("imports/<int:pk>/check/", views.import_check, name="import-check"),
    path("imports/<int:pk>/run/", views.import_start, name="import-start"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/rejected/", views.import_rejected, name="import-rejected"),
]
