"""The servers of a storm: for mail, which misbehaves by plan, and a broker that can be killed."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path

import redis

from tests.smtp_sink import Sink, hang_up
from tests.threads import NEVER_MIND

# Every sixtieth letter meets one of these, the first time that it comes; a refusal each time, for
# who was killed before noting it down sends the letter again.
EVERY = 60
ANSWERS = {0: "451 4.3.0 Busy", 10: "550 5.7.1 Spam", 20: "421 4.3.2 Closing"}
DROPPED_AFTER, DROPPED_WITHIN, STALLED = 30, 40, 50
REFUSED = 10  # these letters never arrive, as the server said
THINKS = 0.02  # seconds: time enough to be killed in
STALL = 3  # seconds: longer than anybody waits


class StormSink(Sink):
    """Keeps the number of each letter that it took, and its Message-ID in a log.

    What it took it has written down before it answers, so that the log is never behind.
    """

    def __init__(self, log: Path):
        super().__init__()
        self.taken: Counter[int] = Counter()
        self.struck: Counter[str] = Counter()
        self._met: set[int] = set()
        self._log = log
        log.touch()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        await asyncio.sleep(THINKS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        number = int(re.search(rb"^Subject: Open: (\d+)", envelope.content, re.MULTILINE)[1])
        is_new = number not in self._met
        trouble = number % EVERY if is_new or number % EVERY == REFUSED else None
        self._met.add(number)
        if trouble in ANSWERS:
            self.struck[ANSWERS[trouble][:3]] += is_new
            return ANSWERS[trouble]
        if trouble == DROPPED_WITHIN:
            self.struck["line broken before it was taken"] += 1
            return await hang_up(server)
        self._take(number, envelope.content)
        if trouble == DROPPED_AFTER:
            self.struck["line broken after it was taken"] += 1
            return await hang_up(server)
        if trouble == STALLED:
            self.struck["no answer"] += 1
        await asyncio.sleep(STALL if trouble == STALLED else THINKS)
        return "250 OK"

    def _take(self, number: int, content: bytes) -> None:
        name = re.search(rb"^Message-ID: (\S+)", content, re.MULTILINE)[1]
        with self._log.open("ab") as log:
            log.write(name + b"\n")
        self.taken[number] += 1


class Broker:
    """A Redis of this test's own, to be killed; where there is none, the run's, left alone."""

    def __init__(self, folder: Path):
        self._folder, self._process = folder, None
        self.program = shutil.which("redis-server")
        self.url = os.environ["TEST_BROKER_URL"]
        if self.program:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._port = free.getsockname()[1]
            self.url = f"redis://127.0.0.1:{self._port}/0"
            self.start(keeps=True)

    def start(self, *, keeps: bool) -> None:
        """Begin, with what its log kept or with nothing."""
        if not keeps:
            shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)
        log = ["--appendonly", "yes" if keeps else "no", "--save", ""]
        place = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [self.program, *place, *log], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + NEVER_MIND
        while time.monotonic() < until:
            try:
                return redis.Redis(port=self._port).ping()
            except redis.exceptions.RedisError:
                time.sleep(0.05)
        raise RuntimeError("Redis does not begin.")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
