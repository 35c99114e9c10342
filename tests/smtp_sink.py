"""A real mail server on this machine, which keeps what it receives and misbehaves when asked to."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


class Sink:
    """What arrived, and how to answer next.

    `answer_recipient` and `answer_body` hold answers to come ("451 4.3.0 Busy"), one for each
    letter; an empty list means 250. `drop_before_body` and `drop_after_body` count the connections
    still to be broken, `hold_before_body` and `hold_after_body` those to be left without an answer
    until `released`; `held` tells when that has happened.
    """

    def __init__(self):
        self.mails: list[EmailMessage] = []
        self.connections = 0
        self.answer_recipient: list[str] = []
        self.answer_body: list[str] = []
        self.drop_before_body = 0
        self.drop_after_body = 0
        self.hold_before_body = 0
        self.hold_after_body = 0
        self.held = threading.Event()
        self.released = threading.Event()

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, one entry for each."""
        return sorted(mail["To"] for mail in self.mails)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.drop_before_body:
            self.drop_before_body -= 1
            return await hang_up(server)
        if self.hold_before_body:
            self.hold_before_body -= 1
            await self._hold()
        if self.answer_recipient:
            return self.answer_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer_body:
            return self.answer_body.pop(0)
        text = envelope.content.replace(b"\r\n", b"\n")
        self.mails.append(message_from_bytes(text, policy=policy.default))
        if self.drop_after_body:
            self.drop_after_body -= 1
            return await hang_up(server)
        if self.hold_after_body:
            self.hold_after_body -= 1
            await self._hold()
        return "250 OK"

    async def _hold(self):
        self.held.set()
        while not self.released.is_set():
            await asyncio.sleep(0.02)


async def hang_up(server):
    server.transport.abort()
    await asyncio.Event().wait()  # until the server notices that the line is dead


@contextmanager
def serving(sink: Sink, settings) -> Iterator[int]:
    """Let a sink be the mail server to which the product's mail goes; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    settings.EMAIL_BACKEND = "managers.outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = None
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def smtp_sink(settings):
    """A mail server for this test; the product's mail goes to it."""
    sink = Sink()
    with serving(sink, settings):
        yield sink
