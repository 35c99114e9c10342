"""Django's SMTP, which also knows whether a letter had begun to leave when a connection broke."""

import smtplib

from django.core.mail.backends import smtp


class NotHandedOver(Exception):  # noqa: N818 - what is known, not what is wrong
    """The connection broke before any of the letter's text left: it was surely not delivered."""


class _Watched:
    """Knows, for the letter under way, whether its text may leave, and whether it began to."""

    body_begun = False
    may_send_text = None

    def mail(self, *args, **kwargs):
        self.body_begun = False
        return super().mail(*args, **kwargs)

    def data(self, msg):
        if self.may_send_text and not self.may_send_text():
            raise NotHandedOver
        self.body_begun = True
        return super().data(msg)


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Encrypted(_Watched, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """The backend for `smtp:` addresses; the server's answers pass through as smtplib raises them.

    Raises NotHandedOver where it can vouch for that. Any other error leaves the letter in doubt.
    A mail's own `may_send_text` is asked just before its text leaves.
    """

    @property
    def connection_class(self):
        return _Encrypted if self.use_ssl else _Plain

    def open(self):
        if self.connection and self.connection.sock is None:
            self.connection = None  # smtplib hung up, for instance after a 421
        try:
            return super().open()
        except (OSError, smtplib.SMTPException) as unreachable:
            self._hang_up()
            raise NotHandedOver from unreachable

    def close(self):
        try:
            super().close()
        except (OSError, smtplib.SMTPException):
            self._hang_up()  # a server that cannot say goodbye has still taken what it took

    def _send(self, email_message):
        self.connection.may_send_text = getattr(email_message, "may_send_text", None)
        try:
            return super()._send(email_message)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            raise
        except Exception as broken:
            begun = self.connection.body_begun
            self._hang_up()
            if begun:
                raise
            raise NotHandedOver from broken

    def _hang_up(self):
        for connection in (self.connection, self._partial_connection):
            if connection is not None:
                connection.close()
        self.connection = self._partial_connection = None
