"""Pages of this feature."""

from django.urls import path

from managers.people import views

urlpatterns = [
    path("", views.home, name="home"),
    path("watermark.svg", views.watermark, name="watermark"),
    path("preferences/", views.set_preferences, name="set-preferences"),
]
