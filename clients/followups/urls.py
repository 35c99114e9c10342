"""Pages of this feature."""

from django.urls import path

from clients.followups import (
    callback_views,
    programme_views,
    proposal_views,
    series_views,
    views,
)

urlpatterns = [
    path("follow-ups/", views.follow_up_list, name="follow-up-list"),
    path("callbacks/", callback_views.callbacks, name="callbacks"),
    path("callbacks/board/", callback_views.callbacks_board, name="callbacks-board"),
    path("follow-ups/<int:pk>/", views.follow_up, name="follow-up"),
    path("follow-ups/<int:pk>/snooze/", views.follow_up_snooze, name="follow-up-snooze"),
    path("follow-ups/<int:pk>/cancel/", views.follow_up_cancel, name="follow-up-cancel"),
    path("follow-ups/<int:pk>/reassign/", views.follow_up_reassign, name="follow-up-reassign"),
    path("clients/<int:pk>/follow-ups/new/", views.follow_up_new, name="follow-up-new"),
    path("clients/<int:pk>/programmes/", programme_views.programmes, name="programmes"),
    path(
        "programmes/<int:pk>/call-off/",
        programme_views.programme_call_off,
        name="programme-call-off",
    ),
    path("contacts/<int:pk>/next/", proposal_views.contact_next, name="contact-next"),
    path("series/<int:pk>/", series_views.series, name="series"),
    path("series/<int:pk>/rule/", series_views.series_rule, name="series-rule"),
    path("series/<int:pk>/end/", series_views.series_end, name="series-end"),
    path("programmes/<int:pk>/move/", programme_views.programme_move, name="programme-move"),
]
