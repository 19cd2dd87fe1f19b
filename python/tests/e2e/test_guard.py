"""The guard finds what it is there to find."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.guard import Guard, command_line, living_in

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.usefixtures("server")
def test_every_process_of_a_server_is_found_by_its_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    living = [command_line(pid) for pid in living_in(tmp_path_factory.getbasetemp())]
    for name in ("spool-api", "redis-server", "spool-agent", "spool.worker"):
        assert any(name in command for command in living), living


LEAVES_A_CHILD = "sleep 60 >/dev/null & until grep -q sleep /proc/$!/comm; do :; done"
"""A shell that ends as soon as its child has become the program that it is to be."""


def test_a_process_that_outlives_its_parent_is_named_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.e2e.guard.ORPHANS_END_WITHIN", 0.0)
    subprocess.run(["/bin/sh", "-c", LEAVES_A_CHILD], cwd=tmp_path, check=True)
    (orphan,) = living_in(tmp_path)
    assert Guard(tmp_path).end() == [f"left behind: {orphan} sleep 60"]
    monkeypatch.undo()
    assert Guard(tmp_path).end() == []


def test_a_log_with_a_secret_is_named_and_the_secret_is_not(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    secret = guard.keep("spool_canary")
    log = tmp_path / "deep" / "api.log"
    log.parent.mkdir()
    log.write_text("all is well\n")
    assert guard.end() == []
    log.write_bytes(b"\xff key=" + secret.encode())
    assert guard.end() == [f"a secret stands in {log}"]
