"""Following a job to its end in front of a person, who may interrupt."""

import sys
import threading
from queue import Empty, SimpleQueue

from spool.cli.display import Display
from spool.cli.left import LeftError
from spool.client import Client
from spool.errors import ConflictError, SpoolError
from spool.job import Job

POSITION_EVERY = 2.0
"""Seconds after which a waiting job's place in line is asked for; the server never sends it by itself."""


class _Reader(threading.Thread):
    """Reads events in the background, so that Ctrl-C and the place in line need not wait for one."""

    def __init__(self, client: Client, job_id: str) -> None:
        super().__init__(name="events", daemon=True)
        self._client = client
        self._job_id = job_id
        self.states: SimpleQueue[Job | Exception] = SimpleQueue()

    def run(self) -> None:
        """Pass on states, then the error that ended them, if one did."""
        try:
            for job in self._client.events(self._job_id):
                self.states.put(job)
        except Exception as error:  # noqa: BLE001 - it is raised again by the thread that waits
            self.states.put(error)


def follow(client: Client, job: Job, display: Display) -> Job:
    """Return the job when it has ended; raises `LeftError` or `KeyboardInterrupt` when it is left running."""
    reader = _Reader(client, job.id)
    reader.start()
    display.update(job)
    while not job.is_terminal:
        try:
            job = _next(client, reader, job)
            display.update(job)
        except KeyboardInterrupt:
            display.pause()
            job = _ask(client, job)
    return job


def _next(client: Client, reader: _Reader, job: Job) -> Job:
    """Return the next state; for a waiting job at the latest when its place in line is due."""
    try:
        state = reader.states.get(timeout=POSITION_EVERY)
    except Empty:
        if job.status != "queued":
            return job
        asked = client.get(job.id)
        return asked if asked.version >= job.version else job
    if isinstance(state, Exception):
        raise state
    return state if state.version >= job.version else job


def _ask(client: Client, job: Job) -> Job:
    """Ask whether to cancel. Nobody to ask means to leave.

    So does a second Ctrl-C. It may come at any moment, and is left to whoever began to follow the job.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise LeftError(job)
    sys.stderr.write(f"\nCancel job {job.id}? [y/N, Ctrl-C again leaves it running] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise LeftError(job)
    if answer.strip().lower() not in {"y", "yes"}:
        return job
    try:
        return client.cancel(job.id)
    except ConflictError:
        return client.get(job.id)
    except SpoolError as error:
        raise LeftError(job, error) from error
