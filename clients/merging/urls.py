"""Pages of this feature."""

from django.urls import path

from clients.merging import views

urlpatterns = [
    path("clients/duplicates/", views.duplicate_list, name="duplicate-list"),
    path("clients/duplicates/<int:pk>/", views.duplicate, name="duplicate"),
    path(
        "clients/duplicates/<int:pk>/distinct/", views.duplicate_distinct, name="duplicate-distinct"
    ),
    path("clients/merges/<int:pk>/undo/", views.merge_undo, name="merge-undo"),
]
