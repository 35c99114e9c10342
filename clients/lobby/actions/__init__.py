"""Everything that changes a referral. A client's lock comes first and orders all of it."""

from clients.lobby.actions.answering import accept, decline, place
from clients.lobby.actions.identifying import count_apart_again, count_person_once
from clients.lobby.actions.passing import move_on
from clients.lobby.actions.referring import refer, refer_newcomer
from clients.lobby.actions.settling import convert, expire, settle

__all__ = [
    "accept",
    "convert",
    "count_apart_again",
    "count_person_once",
    "decline",
    "expire",
    "move_on",
    "place",
    "refer",
    "refer_newcomer",
    "settle",
]
