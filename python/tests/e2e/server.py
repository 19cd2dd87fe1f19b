"""A server of the tests' own: the API with its private Redis, and one agent of the preview and upscale engines.

Everything runs in the folder that it is given, and logs into it at level `debug`: the guard looks there.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from tests.e2e.guard import Guard

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / "target" / "debug"
STARTS_WITHIN = 60.0
ENDS_WITHIN = 30.0


@contextmanager
def running(
    folder: Path, *, api: Mapping[str, str] | None = None, agent: Mapping[str, str] | None = None
) -> Generator[str]:
    """Start both in `folder`, with these settings on top, yield the address, and end both; either must end well."""
    agent_log = folder / "agent.log"
    with serving(folder, api) as address:
        node = _start(
            "spool-agent",
            agent_log,
            SPOOL_SERVER=f"ws://{address}",
            SPOOL_AGENT_NAME="tests",
            SPOOL_AGENT_ID_FILE=str(folder / "agent-id"),
            SPOOL_PYTHON=sys.executable,
            **{"SPOOL_SLOTS": "2", **(agent or {})},
        )
        with _ended(node):
            _await(node, agent_log, lambda: "Connected to the API" in agent_log.read_text())
            yield f"http://{address}"


@contextmanager
def serving(folder: Path, api: Mapping[str, str] | None = None) -> Generator[str]:
    """Start the API alone, yield its host and port, and end it."""
    address_file = folder / "address"
    server = _start(
        "spool-api",
        folder / "api.log",
        SPOOL_LISTEN="127.0.0.1:0",
        SPOOL_DATA_DIR=str(folder / "data"),
        SPOOL_ADDRESS_FILE=str(address_file),
        **(api or {}),
    )
    with _ended(server):
        _await(server, folder / "api.log", address_file.exists)
        yield address_file.read_text()


@contextmanager
def redis(folder: Path, guard: Guard) -> Generator[str]:
    """Start a Redis with a password in `folder`, yield its address, and end it."""
    config, log, socket = folder / "redis.conf", folder / "redis.log", folder / "redis.sock"
    password = guard.keep(secrets.token_hex(16))
    config.write_text(f'port 0\nunixsocket {socket}\nsave ""\nmaxmemory-policy noeviction\nrequirepass {password}\n')
    server = _launch(["redis-server", config], log)
    with _ended(server):
        _await(server, log, lambda: "ready to accept connections" in log.read_text().lower())
        yield f"unix://{socket}?pass={password}"


def program(name: str) -> Path:
    """Return the path of a program of the Rust side, built in the profile that set-up builds."""
    path = PROGRAMS / name
    if not path.exists():
        message = f"{path} is missing: run `make setup`"
        raise FileNotFoundError(message)
    return path


def _start(name: str, log: Path, **settings: str) -> subprocess.Popen[bytes]:
    return _launch([program(name)], log, TMPDIR=str(log.parent), SPOOL_LOG="debug", **settings)


def _launch(command: Sequence[str | Path], log: Path, **settings: str) -> subprocess.Popen[bytes]:
    """Start a process group of its own, so that a Ctrl-C ends the tests first and they end it in order."""
    environment = {"PATH": os.environ["PATH"], **settings}
    with log.open("wb") as output:
        return subprocess.Popen(
            command, cwd=log.parent, env=environment, process_group=0,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Generator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
    assert status == 0, f"{process.args!r} ended with {status}"


def _await(process: subprocess.Popen[bytes], log: Path, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not holds():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
