"""Gunicorn's settings."""

import signal

workers = 2
threads = 4
preload_app = True
timeout = 60  # seconds for one request
graceful_timeout = 8  # seconds; less than the supervisor's patience
loglevel = "warning"
logger_class = "crm.lib.weblog.WebLog"
control_socket_disable = True


def when_ready(server) -> None:
    _leave_interrupts_to_the_supervisor()


def post_worker_init(worker) -> None:
    _leave_interrupts_to_the_supervisor()


def _leave_interrupts_to_the_supervisor() -> None:
    """Ctrl-C reaches every process of the group; a worker that hears of it twice can hang."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
