"""Run several programs as one: signals passed on, the dead restarted, itself last to leave.

The children stay in this process group, so that Ctrl-C in a terminal, a kill of the group and a
kill of this process alone all end everything.
"""

import signal
import subprocess
import time
from collections.abc import Callable

PATIENCE = 15  # seconds that children get to end by themselves
STEADY = 60  # seconds after which a child's earlier deaths are forgotten
TRIES = 5  # deaths in a row that are too many


class Child:
    """One program, restarted after 1, 2, 4, 8 … seconds."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], cwd: str) -> None:
        self.name, self.command, self.env, self.cwd = name, command, env, cwd
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=self.env, cwd=self.cwd, stdin=subprocess.DEVNULL
        )
        self.since = time.monotonic()
        self.due: float | None = None

    def look(self) -> None:
        """Note a death and when to try again, or start again when that moment has come."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.deaths = 1 if now - self.since > STEADY else self.deaths + 1
        self.due = now + 2 ** (self.deaths - 1)
        print(f"The {self.name} ended (exit code {code}); starting it again.", flush=True)


class Supervisor:
    """Start children, watch them, and end them all together."""

    def __init__(self, *, env: dict[str, str], cwd: str) -> None:
        self.env, self.cwd = env, cwd
        self.children: list[Child] = []
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)  # also where a shell's & had them ignored

    def _stop(self, number, frame) -> None:
        self.stopping = True

    def add(self, name: str, command: list[str]) -> None:
        """Start one more program, unless the end has begun."""
        if not self.stopping:
            self.children.append(Child(name, command, self.env, self.cwd))

    def watch(self, *, ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Wait for the end; `announce` once when `ready`. Returns the exit code."""
        announced = False
        while not self.stopping:
            for child in self.children:
                child.look()
                if child.deaths >= TRIES:
                    print(f"The {child.name} doesn't stay up; its reason is above.", flush=True)
                    self.end()
                    return 1
            if not announced and ready():
                announced = True
                announce()
            time.sleep(0.2)
        print("Stopping …", flush=True)
        self.end()
        return 0

    def end(self) -> None:
        """Ask every child to end, and after a while make it."""
        deadline = time.monotonic() + PATIENCE
        while self._alive() and time.monotonic() < deadline:
            for child in self._alive():
                child.process.terminate()  # again and again: one that was starting missed it
            self._wait(min(deadline, time.monotonic() + 3))
        for child in self._alive():
            child.process.kill()
            child.process.wait()

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.process.poll() is None]

    def _wait(self, until: float) -> None:
        while self._alive() and time.monotonic() < until:
            time.sleep(0.1)
