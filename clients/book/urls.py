"""Pages of this feature."""

from django.urls import path

from clients.book import views

urlpatterns = [
    path("clients/", views.client_list, name="client-list"),
    path("clients/new/", views.client_new, name="client-new"),
    path("search/", views.search_page, name="search"),
    path("search/live/", views.search_live, name="search-live"),
]
