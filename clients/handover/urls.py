"""Pages of this feature."""

from django.urls import path

from clients.handover import relay_views, views

urlpatterns = [
    path("relay/", relay_views.relay, name="relay"),
    path("relay/handovers/new/", views.handover_new, name="handover-new"),
    path("relay/handovers/<int:pk>/", views.handover, name="handover"),
    path("relay/handovers/<int:pk>/accept/", views.handover_accept, name="handover-accept"),
    path("relay/handovers/<int:pk>/return/", views.handover_return, name="handover-return"),
    path(
        "relay/handovers/<int:pk>/introduce/", views.handover_introduce, name="handover-introduce"
    ),
    path("relay/handovers/<int:pk>/meet/", views.handover_meet, name="handover-meet"),
    path(
        "relay/handovers/<int:pk>/ask-waiver/",
        views.handover_ask_waiver,
        name="handover-ask-waiver",
    ),
    path("relay/handovers/<int:pk>/waive/", views.handover_waive, name="handover-waive"),
    path("relay/handovers/<int:pk>/decide/", views.handover_decide, name="handover-decide"),
    path("relay/handovers/<int:pk>/withdraw/", views.handover_withdraw, name="handover-withdraw"),
]
