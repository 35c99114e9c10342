"""Pages of this feature."""

from django.urls import path

from clients.prospecting import views

urlpatterns = [
    path("prospects/", views.prospects, name="prospects"),
    path("prospects/route/", views.prospect_route, name="prospect-route"),
    path("prospects/lists/new/", views.lead_list_new, name="lead-list-new"),
    path("prospects/<int:pk>/", views.prospect, name="prospect"),
]
