"""Pages of whoever guards clients' data, and of who takes requests down."""

from clients.privacy.views.closing import client_closing, client_reopen
from clients.privacy.views.requests import (
    request_answer,
    request_list,
    request_new,
    request_page,
    request_refuse,
    request_take,
)
from clients.privacy.views.retention import retention

__all__ = [
    "client_closing",
    "client_reopen",
    "request_answer",
    "request_list",
    "request_new",
    "request_page",
    "request_refuse",
    "request_take",
    "retention",
]
