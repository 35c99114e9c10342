"""Pages of this feature."""

from django.urls import path

from managers.competition import views

urlpatterns = [path("competition/", views.competition, name="competition")]
