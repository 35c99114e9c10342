"""Pages of this feature."""

from django.urls import path

from clients.book import list_views, protection_views, reveal_views, views

urlpatterns = [
    path("clients/", views.client_list, name="client-list"),
    path("clients/new/", views.client_new, name="client-new"),
    path("clients/views/", list_views.view_new, name="view-new"),
    path("clients/views/<int:pk>/delete/", list_views.view_drop, name="view-drop"),
    path("clients/<int:pk>/tags/", list_views.client_tags, name="client-tags"),
    path("clients/<int:pk>/reveal/", reveal_views.client_reveal, name="client-reveal"),
    path(
        "clients/<int:pk>/protection/",
        protection_views.client_protection,
        name="client-protection",
    ),
    path("search/", views.search_page, name="search"),
    path("search/live/", views.search_live, name="search-live"),
]
