"""Several people at once: jobs in threads of their own, begun together."""

import threading

from django.db import connection

NEVER_MIND = 180  # seconds until a hanging test gives up, also where the machine is busy


def at_once(*jobs) -> list:
    """Run the jobs side by side on connections of their own; what each returned or raised."""
    start, results = threading.Barrier(len(jobs)), {}

    def run(place, job):
        try:
            start.wait(NEVER_MIND)
            results[place] = job()
        except Exception as failure:
            results[place] = failure
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(NEVER_MIND)
    return [results[place] for place in range(len(jobs))]
