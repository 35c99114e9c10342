"""Mount points; apps are named as strings because the root may not import them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("clients.urls")),
    path("", include("managers.urls")),
    path("api/v1/", include("api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
