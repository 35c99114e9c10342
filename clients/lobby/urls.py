"""Pages of this feature."""

from django.urls import path

from clients.lobby import views

urlpatterns = [
    path("relay/refer/", views.referral_new, name="referral-new"),
    path("relay/referrals/<int:pk>/", views.referral, name="referral"),
    path("relay/referrals/<int:pk>/accept/", views.referral_accept, name="referral-accept"),
    path("relay/referrals/<int:pk>/decline/", views.referral_decline, name="referral-decline"),
    path("relay/referrals/<int:pk>/place/", views.referral_place, name="referral-place"),
]
