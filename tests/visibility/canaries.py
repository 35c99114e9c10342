"""Where what people typed about a client could turn up: all that is kept, sent or queued."""

import base64
import csv
import io
import json
import zlib
from functools import reduce
from itertools import chain

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from kombu.transport.memory import Channel

from clients.models import Export
from crm.lib.packing import unpack


def tables() -> dict[str, str]:
    """All values of every table, as the database hands them out."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = " ".join(map(str, chain.from_iterable(cursor.fetchall())))
    return found


def sessions() -> list[str]:
    """What is kept for whoever is signed in."""
    return [str(session.get_decoded()) for session in Session.objects.all()]


def cookies(answers) -> list[str]:
    """What browsers were given to keep, as Django packs it and as anybody unpacks it."""
    values = [morsel.value for answer in answers for morsel in answer.cookies.values()]
    return [text for value in values for text in (value, *map(_unpacked, value.split(":")))]


def _unpacked(part: str) -> str:
    packed = part.lstrip(".")
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        return _readable(zlib.decompress(raw) if part.startswith(".") else raw)
    except (ValueError, zlib.error):
        return ""


def mails() -> list[str]:
    """Headers and all parts; a mail to a client bears that client's own address."""
    found = []
    for letter in mail.outbox:
        parts = [part for part in letter.message().walk() if not part.is_multipart()]
        bodies = [_readable(part.get_payload(decode=True)) for part in parts]
        text = " ".join([letter.subject, str(letter.extra_headers), *bodies])
        # A calendar's lines are folded.
        found.append(
            reduce(lambda text, own: text.replace(own, ""), letter.to, text.replace("\r\n ", ""))
        )
    return found


def broker() -> list[str]:
    """The raw messages that wait for a worker, and all else that the broker keeps."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        messages = [message for queue in Channel.queues.values() for message in queue.queue]
        return list(map(_with_its_body, messages))
    store = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    read = {
        b"string": store.get,
        b"list": lambda key: list(map(_with_its_body, map(json.loads, store.lrange(key, 0, -1)))),
        b"hash": store.hgetall,
        b"set": store.smembers,
        b"zset": lambda key: store.zrange(key, 0, -1),
    }
    values = [(key, read[store.type(key)](key)) for key in store.scan_iter()]
    return [f"{key!r} {_readable(value)}" for key, value in values]


def _with_its_body(message: dict) -> str:
    return f"{message} {base64.b64decode(message['body']).decode()}"


def _readable(value) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def cached() -> list[str]:
    """What the cache of this process keeps; one in Redis stands beside the broker's keys."""
    kept = cache._cache
    return [_readable(value) for value in kept.values()] if isinstance(kept, dict) else []


def exported(kind) -> list[str]:
    """The cells of the files that were built."""
    bodies = [
        unpack(export.body.open()) for export in Export.objects.filter(kind=kind) if export.body
    ]
    tables = [csv.reader(io.StringIO(body.decode("utf-8-sig"))) for body in bodies]
    return [" ".join(cells) for rows in tables for cells in rows]
