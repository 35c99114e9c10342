"""The web server's own logs, whatever format an operator chooses: no query, no page before."""

from gunicorn.glogging import Logger

from crm.lib.logs import Formatter, without_query

_ASKED = ("q", "f", "{query_string}e", "{http_referer}e", "{referer}i")


class WebLog(Logger):
    """Gunicorn's logger without what somebody asked for (security 17)."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter(self.error_fmt, self.datefmt))

    def atoms(self, resp, req, environ, request_time):
        """What a line of the access log may name."""
        found = super().atoms(resp, req, environ, request_time)
        told = {name: without_query(text) for name, text in found.items() if isinstance(text, str)}
        return found | told | dict.fromkeys(_ASKED, "-")
