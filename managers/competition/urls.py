"""Pages of this feature."""

from django.urls import path

from managers.competition import views

urlpatterns = [
    path("competition/", views.competition, name="competition"),
    path("competition/<int:pk>/", views.competition, name="competition-board"),
    path("competition/<int:pk>/wallboard/", views.wallboard, name="wallboard"),
]
