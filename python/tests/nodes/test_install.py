"""A machine becomes a node step by step; what is done is skipped, and what is cut goes on."""

from __future__ import annotations

import hashlib
import importlib.util
import signal
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.e2e.server import program
from tests.models.conftest import FIRST, LARGE, VAE, fill, serving

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.nodes.conftest import Machine

MODELS = {"SPOOL_ENGINES": "qwen=diffsynth", "SPOOL_NODE_WORKFLOWS": "qwen"}


def test_a_dry_run_says_each_step_and_leaves_nothing(machine: Machine) -> None:
    machine.node.rmdir()
    done = machine.run("--dry-run", "--token-stdin", told="spoola_secret\n", SPOOL_SERVER="wss://spool.example")
    assert done.returncode == 0, done.stderr
    steps = [line.split()[0] for line in done.stdout.splitlines()]
    assert steps == ["token", "check", "agent", "python", "models", "selftest", "dial"]
    assert "spoola_secret" not in done.stdout + done.stderr
    assert list(machine.folder.iterdir()) == []


def test_a_machine_without_a_driver_is_refused_in_a_sentence_that_says_what_to_do(machine: Machine) -> None:
    done = machine.run("check", SPOOL_ENGINES="i2v=diffsynth", PATH="/usr/bin:/bin")
    if "GPU" not in done.stderr and done.returncode == 0:
        pytest.skip("this machine has a GPU")
    assert done.returncode == 1
    assert done.stderr.strip().startswith("There is no NVIDIA driver (nvidia-smi is missing): rent a machine with")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SPOOL_NODE_MIN_DISK_GB", "900000", "rent more disk"),
        ("SPOOL_NODE_MIN_DISK_GB", "many", "SPOOL_NODE_MIN_DISK_GB must be a whole number."),
        ("SPOOL_NODE_IDLE_MINUTES", "soon", "SPOOL_NODE_IDLE_MINUTES must be a number"),
        ("SPOOL_NODE_PYTHON", "/nowhere/python", "which is no program: correct or unset it"),
        ("SPOOL_NODE_WORKFLOWS", "cats", "SPOOL_NODE_WORKFLOWS must be i2v, qwen or i2v,qwen."),
        ("SPOOL_AGENT_TOKEN", "spoola_secret", "put the token into a file"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_with_what_to_do(
    machine: Machine, name: str, value: str, sentence: str
) -> None:
    done = machine.run("check", **{name: value})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert sentence in line
    assert "spoola_secret" not in done.stdout + done.stderr


def test_a_token_in_an_argument_is_refused_and_not_repeated(machine: Machine) -> None:
    done = machine.run("spoola_secret")
    assert done.returncode == 1
    assert "file or standard input" in done.stderr
    assert "spoola_secret" not in done.stdout + done.stderr


def test_a_token_from_standard_input_is_kept_for_this_user_alone(machine: Machine) -> None:
    done = machine.run("--token-stdin", "check", told="spoola_secret")
    assert done.returncode == 0, done.stderr
    assert (machine.node / "token").read_text() == "spoola_secret\n"
    assert (machine.node / "token").stat().st_mode & 0o777 == 0o600
    assert "spoola_secret" not in done.stdout + done.stderr


def test_without_a_server_or_its_token_nothing_dials(machine: Machine) -> None:
    assert "SPOOL_SERVER is not set" in machine.run("dial").stderr
    assert "There is no token in" in machine.run("dial", SPOOL_SERVER="wss://spool.example").stderr


def test_the_agent_is_installed_once(machine: Machine) -> None:
    first, second = machine.run("agent"), machine.run("agent")
    assert "installed spool-agent" in first.stdout, first.stderr
    assert "up to date" in second.stdout


def test_a_program_that_does_not_run_is_not_installed(machine: Machine) -> None:
    broken = machine.folder / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    done = machine.run("agent", SPOOL_NODE_AGENT=str(broken))
    assert "does not run on this machine" in done.stderr
    assert list((machine.node / "bin").iterdir()) == []


@contextmanager
def files_of(folder: Path) -> Generator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_agent_from_an_address_is_believed_by_its_hash_alone(machine: Machine) -> None:
    source = program("spool-agent")
    right = hashlib.sha256(source.read_bytes()).hexdigest()
    with files_of(source.parent) as url:
        address = f"{url}/spool-agent?signature=very-secret"
        unnamed = machine.run("agent", SPOOL_NODE_AGENT=address)
        wrong = machine.run("agent", SPOOL_NODE_AGENT=address, SPOOL_NODE_AGENT_SHA256="0" * 64)
        done = machine.run("agent", SPOOL_NODE_AGENT=address, SPOOL_NODE_AGENT_SHA256=right)
    assert "set SPOOL_NODE_AGENT_SHA256" in unnamed.stderr
    assert "another SHA-256" in wrong.stderr
    assert "installed spool-agent" in done.stdout, done.stderr
    # Now nobody answers, and nobody is asked.
    assert machine.run("agent", SPOOL_NODE_AGENT=address, SPOOL_NODE_AGENT_SHA256=right).returncode == 0
    assert "very-secret" not in "".join(one.stdout + one.stderr for one in (unnamed, wrong, done))


def test_a_pull_that_was_cut_goes_on_where_it_stopped(machine: Machine) -> None:
    fill(machine.folder / "hub")
    with serving(machine.folder / "hub") as hub:
        hub.fails(**{VAE: [{"stall": 200_000}]})
        settings = {**MODELS, "SPOOL_MODELS_HUB": hub.url}
        cut = machine.start("models", **settings)
        vae = machine.node / "models" / VAE
        machine.until(lambda: any(part.stat().st_size >= 131_072 for part in vae.parent.glob(".*.part")))
        cut.send_signal(signal.SIGTERM)
        assert cut.wait(60) == 143
        done = machine.run("models", **settings)
        assert done.returncode == 0, done.stderr
        assert vae.read_bytes() == hub.bytes_of(VAE)
        assert (machine.node / "models" / FIRST).stat().st_size == LARGE
        ranges = [one["range"] for one in hub.asked(VAE.rpartition("/")[2])]
        assert ranges[0] is None
        assert ranges[-1] is not None
        before = len(hub.asked(".safetensors"))
        assert machine.run("models", **settings).returncode == 0
        assert len(hub.asked(".safetensors")) == before


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_a_self_test_that_passed_is_not_run_again(machine: Machine) -> None:
    tiny = {"SPOOL_ENGINES": "i2v=diffsynth-tiny,qwen=diffsynth-tiny"}
    first = machine.run("selftest", **tiny)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "selftest passed on" in first.stdout
    assert "passed already" in machine.run("selftest", **tiny).stdout
