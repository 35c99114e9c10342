"""Everything that can die, killed again and again while letters are planned and carried out."""

import multiprocessing
import random
import signal
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.db import connection

from managers.models import Letter
from tests.faults import stage
from tests.faults.database import Database, children, signal_to
from tests.faults.servers import Broker

HOUR = 60  # minutes by which a worker's clock is wrong at most
IN_FLIGHT = ["waiting", "claimed", "handing"]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.stage"])


class Storm:
    """Two workers of two couriers each, two schedulers, a database and a broker: who dies when.

    `strikes` counts what was done. The order is the seed's, the moment is the machine's.
    """

    def __init__(self, folder: Path, *, reader, port: int, log: str, due: datetime, seed: int):
        self.strikes: Counter[str] = Counter()
        self.wanted = 0
        self._folder, self._chance = folder, random.Random(seed)
        self.broker, self.database = Broker(folder), Database()
        self._stage = stage.Stage(
            database=self.database.settings,
            broker=self.broker.url,
            port=port,
            log=log,
            wanted=str(folder / "wanted"),
            reader=reader.pk,
            due=due,
        )
        self.want(0)
        self._workers = [self._worker() for _ in range(2)]
        self._schedulers = [self._scheduler(number) for number in range(2)]

    def want(self, more: int) -> None:
        """Let the planners plan so many letters more."""
        self.wanted += more
        new = self._folder / "wanted.new"
        new.write_text(str(self.wanted), encoding="ascii")
        new.replace(self._stage.wanted)

    def strike_all(self, times: int, *, letters: int) -> None:
        """Do each harm so often, in any order, and want so many letters after each."""
        harms = [self._courier, self._group, self._planner, self._sleep, self._connections]
        if self.database.programs:
            harms.append(self._database)
        if self.broker.program:
            harms.append(self._broker)
        for _round in range(times):
            for harm in self._chance.sample(harms, len(harms)):
                self._supervise()
                harm()
                self.want(letters)
                time.sleep(self._chance.uniform(0.2, 0.8))

    def drain(self, within: float) -> float:
        """Wait until every letter has come to an end; returns the seconds, `within` if none has."""
        began = time.monotonic()
        while (passed := time.monotonic() - began) < within:
            everyone = Letter.objects.count() == self.wanted
            if everyone and not Letter.objects.filter(state__in=IN_FLIGHT).exists():
                return passed
            self._supervise()
            time.sleep(0.2)
        return within

    def end(self) -> None:
        """Nobody is left."""
        for process in [*self._workers, *self._schedulers]:
            _kill_group(process)
        self.broker.kill()
        self.database.end()

    # --- Harms

    def _courier(self):
        signal_to(self._one_courier(), signal.SIGKILL)
        self.strikes["courier killed"] += 1

    def _group(self):
        place = self._chance.randrange(len(self._workers))
        _kill_group(self._workers[place])
        self._workers[place] = self._worker()
        self.strikes["worker killed with all its couriers"] += 1

    def _planner(self):
        place = self._chance.randrange(len(self._schedulers))
        _kill_group(self._schedulers[place])
        self._schedulers[place] = self._scheduler(place)
        self.strikes["scheduler killed"] += 1

    def _sleep(self):
        """A courier stands still for longer than any lease, and goes on as if nothing were."""
        asleep = self._one_courier()
        signal_to(asleep, signal.SIGSTOP)
        lasts = stage.HANDING_LEASE.total_seconds() * 1.2
        threading.Timer(lasts, signal_to, [asleep, signal.SIGCONT]).start()
        self.strikes["courier stopped past its lease"] += 1

    def _connections(self):
        with connection.cursor() as cursor:
            ours = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
            )
            cursor.execute(ours, [stage.NAME])
        self.strikes["all connections to the database cut"] += 1

    def _database(self):
        self.database.kill()
        self.database.start()
        self.strikes["database killed"] += 1

    def _broker(self):
        keeps = self.strikes["broker killed"] % 2 == 0
        self.broker.kill()
        self.broker.start(keeps=keeps)
        self.strikes["broker killed"] += 1

    # --- Processes

    def _one_courier(self) -> int:
        """A courier at random, of those who are there."""
        while not (couriers := [pid for worker in self._workers for pid in children(worker.pid)]):
            self._supervise()
            time.sleep(0.1)
        return self._chance.choice(couriers)

    def _supervise(self):
        """Begin anew what gave up by itself, as the supervisor of a bank's services does."""
        for place, worker in enumerate(self._workers):
            if not worker.is_alive():
                self._workers[place] = self._worker()
                self.strikes["worker that gave up begun anew"] += 1
        for place, scheduler in enumerate(self._schedulers):
            if not scheduler.is_alive():
                self._schedulers[place] = self._scheduler(place)
                self.strikes["scheduler that gave up begun anew"] += 1

    def _worker(self):
        ahead = self._chance.uniform(-HOUR, HOUR)
        return _begun(stage.work, self._stage, ahead)

    def _scheduler(self, number):
        return _begun(stage.schedule, self._stage, str(self._folder / f"schedule-{number}"))


def _begun(target, *arguments):
    process = _forks.Process(target=target, args=arguments)
    process.start()
    return process


def _kill_group(process) -> None:
    for pid in [*children(process.pid), process.pid]:
        signal_to(pid, signal.SIGKILL)
    process.join()
