"""`Idempotency-Key` on any POST: the same key gives the same answer for 24 hours."""

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from api.errors import Conflict
from api.models import KeptAnswer
from crm.lib import clock
from crm.lib.secrets import blind_index

KEPT = timedelta(hours=24)


class ReplayedError(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, response):
        self.response = response


class IdempotentPosts:
    """Mix into a view: a POST with a key that was seen gets the answer of the first time.

    The key is claimed before the act and the answer kept after it, so a process that dies between
    leaves a claim without an answer: a repetition is told so and nothing is done twice. An answer
    that nobody may store is not stored here either: the repetition is a request of its own.
    """

    kept_answer: KeptAnswer | None = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        if request.method == "POST" and key and request.user.is_authenticated:
            self.kept_answer = _claim(request, key)

    def handle_exception(self, exc):
        if isinstance(exc, ReplayedError):
            return exc.response
        try:
            return super().handle_exception(exc)
        except Exception:
            if self.kept_answer:
                self.kept_answer.delete()
            raise

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.kept_answer and self.kept_answer.status is None:
            _keep(self.kept_answer, response)
        return response


def _claim(request, key) -> KeptAnswer:
    if len(key) > 100 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": [_("At most 100 printable characters.")]})
    sent = json.dumps(request.data, sort_keys=True, default=_digest)
    mark = blind_index("request", request.get_full_path() + sent)
    now = clock.now()
    KeptAnswer.objects.filter(staff=request.user, key=key, created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                staff=request.user, key=key, fingerprint=mark, created_at=now
            )
    except IntegrityError:
        first = KeptAnswer.objects.get(staff=request.user, key=key)
    if first.fingerprint != mark:
        raise Conflict(_("This key was used for another request."), code="key_reused")
    if first.status is None:
        raise Conflict(_("The first request with this key is not answered yet."), code="under_way")
    body = json.loads(first.body.open())
    raise ReplayedError(Response(body, status=first.status, headers={"Idempotent-Replay": "true"}))


def _digest(file) -> str:
    """What stands for an uploaded file."""
    found = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return found


def _keep(answer, response) -> None:
    private = "no-store" in response.headers.get("Cache-Control", "")
    if private or response.status_code >= 500 or response.status_code in (401, 429):
        answer.delete()
        return
    answer.status = response.status_code
    answer.body = JSONRenderer().render(response.data).decode() or "null"
    answer.save(update_fields=["status", "body"])
