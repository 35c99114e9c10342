"""A PostgreSQL of a storm's own, to be killed with all its processes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from django.db import connection

from tests.threads import NEVER_MIND

DEBIAN = "/usr/lib/postgresql"  # where the programs of the server are, outside the PATH
SERVANTS = ("postgres", "nobody")  # as whom root runs it: the server refuses to be root


class Database:
    """Holds a copy of the test's database; this process reads it, too, until `end()`.

    Where the programs of a server are missing `programs` is None, and the run's own database is
    used and left alone.
    """

    def __init__(self):
        self.programs, self._was = _programs(), dict(connection.settings_dict)
        if self.programs:
            self._folder = Path(tempfile.mkdtemp(prefix="guibin-storm-"))
            self._servant = _servant(self._folder)
            self._make()
            self.start()
            self._copy()
        self.settings = {
            key: connection.settings_dict[key]
            for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        }

    def start(self) -> None:
        """Begin, with what it had written down."""
        place = ["-D", str(self._data), "-k", str(self._folder), "-p", str(self._port)]
        self._process = self._begin("postgres", *place, "-c", "listen_addresses=127.0.0.1")
        until = time.monotonic() + NEVER_MIND
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                return psycopg.connect(self._address("postgres")).close()
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not begin.")

    def kill(self) -> None:
        """Kill the server and whatever serves a connection, none of which may say a word more."""
        server = self._process.pid
        for pid in [server, *children(server)]:
            signal_to(pid, signal.SIGKILL)
        self._process.wait()
        connection.close()

    def end(self) -> None:
        """Give this process its own database back."""
        if self.programs:
            self.kill()
            connection.settings_dict.update(self._was)
            shutil.rmtree(self._folder)

    def _make(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._data = self._folder / "data"
        how = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self._begin("initdb", "-D", str(self._data), *how).wait():
            raise RuntimeError("PostgreSQL cannot be made.")

    def _copy(self) -> None:
        """Take over what the test has made so far, and move this process there."""
        was, name = self._was, "storm"
        where = {"PGHOST": was["HOST"], "PGPORT": was["PORT"], "PGUSER": was["USER"]}
        where["PGPASSWORD"] = was["PASSWORD"]
        env = os.environ | {key: str(value) for key, value in where.items() if value}
        with psycopg.connect(self._address("postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        dump = [self.programs / "pg_dump", "--no-owner", "--no-privileges", was["NAME"]]
        restore = [self.programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", self._address(name)]
        dumped = subprocess.run(dump, env=env, check=True, capture_output=True)
        subprocess.run(restore, input=dumped.stdout, check=True, stdout=subprocess.DEVNULL)
        connection.close()
        connection.settings_dict.update(
            NAME=name, USER="postgres", PASSWORD="", HOST="127.0.0.1", PORT=self._port
        )

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(
            [self.programs / program, *arguments], user=self._servant, cwd=self._folder, **silent
        )


def children(pid: int) -> list[int]:
    """The processes that this one began and that live."""
    try:
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in path.read_text(encoding="ascii").split()]
    except FileNotFoundError:
        return []


def signal_to(pid: int, what: signal.Signals) -> None:
    """Send a process a signal; it may be dead already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def _programs() -> Path | None:
    """The folder with the programs of the newest server that is installed here."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(
        (path.parent for path in Path(DEBIAN).glob("*/bin/initdb")),
        key=lambda path: float(path.parent.name),
        default=None,
    )


def _servant(folder: Path) -> str | None:
    """Whom root runs the server as, and gives the folder to; None for anybody else."""
    if os.geteuid():
        return None
    for name in SERVANTS:
        with contextlib.suppress(LookupError):
            shutil.chown(folder, name)
            return name
    raise RuntimeError("Nobody is here as whom root may run PostgreSQL.")
