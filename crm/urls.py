"""Mount points; apps are named as strings because the root may not import them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

# One door with one limit of attempts, also to the administration.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("clients.urls")),
    path("", include("managers.urls")),
    path("api/v1/", include("api.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
