"""The command line in a terminal: a bar that moves, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import CAT, PATIENCE, SLOW, SPOOL, Server
from tests.e2e.guard import keep_output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spool import Client

CTRL_C = b"\x03"


class Terminal:
    """A pseudo-terminal with the command in it."""

    def __init__(self, server: Server, folder: Path, *arguments: str | Path) -> None:
        self._folder = folder
        self._screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [SPOOL, *arguments],
            cwd=folder,
            env=server.environment(),
            stdin=inside,
            stdout=inside,
            stderr=inside,
            # The terminal becomes the controlling one of a session of its own, so that Ctrl-C is a signal.
            preexec_fn=lambda: os.login_tty(os.dup(inside)),  # noqa: PLW1509 - one thread, nothing but the call
        )
        os.close(inside)
        self.shown = b""

    def type(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def read_until(self, words: bytes) -> None:
        """Read until these words stand on the screen; the end of the program before that fails the test."""
        while words not in self.shown:
            self.shown += self._read()

    def read_to_end(self) -> str:
        """Read until the program ends; return all that was shown, without escape sequences."""
        try:
            while True:
                self.shown += self._read()
        except EOFError:
            pass
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown.decode())

    def _read(self) -> bytes:
        try:
            data = os.read(self._screen, 4096)
        except OSError:  # how Linux says that nobody has the terminal open any more
            data = b""
        if not data:
            raise EOFError
        return data

    def close(self) -> None:
        os.close(self._screen)
        self.process.kill()
        self.process.wait(PATIENCE)
        keep_output(self._folder, self.shown.decode())


@pytest.fixture
def slow_job(server: Server, tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(server, tmp_path, "i2v", CAT, "-p", "zoom in", *SLOW, "-o", "x.mp4")
    yield terminal
    terminal.close()


def job_in(shown: str) -> str:
    found = re.search(r"Job ([0-9a-f-]{36})", shown)
    assert found is not None, shown
    return found[1]


def test_a_bar_moves_and_the_result_is_named(server: Server, tmp_path: Path) -> None:
    terminal = Terminal(server, tmp_path, "i2v", CAT, "-p", "zoom in", "--size", "832x480", "-o", "x.mp4")
    shown = terminal.read_to_end()
    terminal.close()
    assert terminal.process.returncode == 0
    steps = {int(step) for step in re.findall(r"(\d+)/81", shown)}
    assert len(steps) >= 3
    assert "Saved x.mp4 (832x480, 81 frames" in shown


def test_ctrl_c_asks_and_yes_cancels(slow_job: Terminal, client: Client) -> None:
    slow_job.read_until(b"Rendering")
    slow_job.type(CTRL_C)
    slow_job.read_until(b"Cancel job")
    slow_job.type(b"y\n")
    shown = slow_job.read_to_end()
    assert slow_job.process.wait(PATIENCE) == 3
    assert client.get(job_in(shown)).status == "canceled"


def test_a_second_ctrl_c_leaves_the_job_running_and_says_how_to_find_it(slow_job: Terminal, client: Client) -> None:
    slow_job.read_until(b"Rendering")
    slow_job.type(CTRL_C)
    slow_job.read_until(b"Cancel job")
    slow_job.type(CTRL_C)
    shown = slow_job.read_to_end()
    assert slow_job.process.wait(PATIENCE) == 130
    job_id = job_in(shown)
    assert f"spool show {job_id} --follow" in shown
    assert client.get(job_id).status != "canceled"
    client.cancel(job_id)


def test_a_folder_that_is_gone_when_the_job_is_done_leaves_the_result_on_the_server(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    terminal = Terminal(server, tmp_path, "i2v", CAT, "-p", "zoom in", "--size", "832x480", "-o", "out/x.mp4")
    terminal.read_until(b"Rendering")
    folder.rmdir()
    folder.write_text("a file in its place")
    shown = terminal.read_to_end()
    terminal.close()
    assert terminal.process.returncode == 6
    assert "out/x.mp4 cannot be written" in shown
    assert f"spool show {job_in(shown)} -o FILE" in shown


def test_no_goes_on_to_the_end(server: Server, tmp_path: Path) -> None:
    terminal = Terminal(server, tmp_path, "i2v", CAT, "-p", "zoom in", "-o", "x.mp4")
    terminal.read_until(b"Rendering")
    terminal.type(CTRL_C)
    terminal.read_until(b"Cancel job")
    terminal.type(b"n\n")
    shown = terminal.read_to_end()
    terminal.close()
    assert terminal.process.returncode == 0
    assert "Saved x.mp4" in shown
