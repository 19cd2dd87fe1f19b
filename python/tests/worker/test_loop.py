"""The life of a worker: hello, cancel, stop, and the end of the agent."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from spool.worker.classes import BY_WORKFLOW
from tests.worker.harness import PATIENCE, WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path

EXIT_AGENT_GONE = 3
EXIT_PROTOCOL = 4


def running(worker: WorkerProcess, prompt: str) -> None:
    """Start a job and wait for its first step."""
    worker.run("j", prompt=prompt)
    worker.until("progress")


def test_hello_offers_every_engine_with_its_classes(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, engines="i2v=preview,qwen=preview,upscale=scripted") as worker:
        name, body = worker.next()
        assert name == "hello"
        assert body["protocol"] == 1
        assert body["pid"] == worker.process.pid
        assert {(offer["workflow"], offer["engine"]) for offer in body["offers"]} == {
            ("i2v", "preview"),
            ("qwen", "preview"),
            ("upscale", "scripted"),
        }
        assert {offer["workflow"]: tuple(offer["classes"]) for offer in body["offers"]} == BY_WORKFLOW


@pytest.mark.parametrize("engines", ["i2v=magic", "i3v=preview", "upscale=preview", "i2v=preview,i2v=scripted", ""])
def test_engines_that_do_not_exist_end_the_worker_with_a_sentence(tmp_path: Path, engines: str) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        command = [sys.executable, "-m", "spool.worker", "--socket", path, "--slot", "0", "--engines", engines]
        ended = subprocess.run(
            [*command, "--parent", str(os.getpid())], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith("spool-worker: ")
    assert ended.stdout == ""


def test_a_cancel_in_the_middle_is_obeyed_within_a_step(worker: WorkerProcess) -> None:
    running(worker, "steps=1000 step_ms=20")
    worker.send("cancel", job="j")
    assert worker.ending() == ("canceled", {"job": "j"})
    worker.run("next")
    assert worker.ending()[0] == "succeeded"


def test_a_cancel_interrupts_a_long_step(worker: WorkerProcess) -> None:
    worker.run("j", prompt="step_ms=3600000")
    worker.until("started")
    worker.send("cancel", job="j")
    assert worker.ending() == ("canceled", {"job": "j"})


def test_a_cancel_right_behind_its_run_is_not_lost(worker: WorkerProcess) -> None:
    for _ in range(50):
        worker.run("j", prompt="step_ms=3600000")
        worker.send("cancel", job="j")
        assert worker.ending() == ("canceled", {"job": "j"})


def test_a_cancel_for_another_job_changes_nothing(worker: WorkerProcess) -> None:
    running(worker, "steps=20 step_ms=10")
    worker.send("cancel", job="other")
    assert worker.ending()[0] == "succeeded"


def test_a_cancel_is_ignored_when_the_script_says_so(worker: WorkerProcess) -> None:
    running(worker, "steps=20 step_ms=10 ignore_cancel=1")
    worker.send("cancel", job="j")
    assert worker.ending()[0] == "succeeded"


def test_a_message_of_a_newer_agent_is_passed_over(worker: WorkerProcess) -> None:
    worker.send("dance", slowly=True)
    worker.run("j")
    assert worker.ending()[0] == "succeeded"


def test_a_workflow_without_an_engine_fails_its_job_and_not_the_worker(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, engines="i2v=scripted") as worker:
        worker.next()
        worker.run("j", "upscale")
        assert worker.ending()[1]["code"] == "engine_error"
        worker.run("k")
        assert worker.ending()[0] == "succeeded"


def test_what_an_engine_did_not_expect_fails_its_job_and_not_the_worker(worker: WorkerProcess, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "j").write_text("a file where the folder should be")
    worker.run("j")
    name, body = worker.ending()
    assert (name, body["code"], body["retryable"]) == ("failed", "engine_error", True)
    worker.run("k")
    assert worker.ending()[0] == "succeeded"


def test_stop_ends_an_idle_worker_with_status_0(worker: WorkerProcess) -> None:
    worker.send("stop")
    assert worker.process.wait(PATIENCE) == 0


def test_stop_ends_a_busy_worker_without_finishing(worker: WorkerProcess, tmp_path: Path) -> None:
    running(worker, "steps=1000 step_ms=20 ignore_cancel=1")
    worker.send("stop")
    assert worker.process.wait(PATIENCE) == 0
    assert not (tmp_path / "out" / "j").exists()


@pytest.mark.parametrize("prompt", ["steps=1000 step_ms=20 ignore_cancel=1", "steps=2 hang_at=2"])
def test_the_end_of_the_socket_ends_a_running_worker(worker: WorkerProcess, prompt: str) -> None:
    running(worker, prompt)
    worker.link.shutdown(socket.SHUT_RDWR)
    assert worker.process.wait(PATIENCE) == EXIT_AGENT_GONE


def test_the_end_of_the_socket_ends_an_idle_worker(worker: WorkerProcess) -> None:
    worker.link.close()
    assert worker.process.wait(PATIENCE) == EXIT_AGENT_GONE


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", struct.pack(">I", 200_000) + b"\x91" * 200_000, b"\0\0\0\1\xc0"])
def test_what_is_no_message_ends_the_worker(worker: WorkerProcess, data: bytes) -> None:
    worker.link.sendall(data)
    assert worker.process.wait(PATIENCE) == EXIT_PROTOCOL


PARENT = """
import subprocess, sys
worker = subprocess.Popen([*sys.argv[1:], "--parent", str(__import__("os").getpid())])
print(worker.pid, flush=True)
sys.stdin.read()
"""


def test_the_death_of_the_parent_kills_a_worker_whose_socket_stays_open(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(1)
        command = [sys.executable, "-m", "spool.worker", "--socket", path, "--slot", "0", "--engines", "i2v=scripted"]
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with parent:
            assert parent.stdout is not None
            worker = int(parent.stdout.readline())
            link, _ = listener.accept()
            watch = os.pidfd_open(worker)
            parent.send_signal(signal.SIGKILL)
            parent.wait(PATIENCE)
        with link:
            link.settimeout(PATIENCE)
            # The kernel closes the worker's end when it dies; this end was never closed.
            while link.recv(1 << 16):
                pass
    os.close(watch)


def test_a_worker_whose_parent_is_gone_already_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "spool.worker", "--socket", str(tmp_path / "none"), "--slot", "0"]
    ended = subprocess.run(
        [*command, "--engines", "i2v=scripted", "--parent", "1"], capture_output=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == EXIT_AGENT_GONE
