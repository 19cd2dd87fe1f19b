"""The agent that the script starts takes real jobs, and costs nothing once nobody needs it."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spool import Client
from tests.e2e.guard import Guard, living_in
from tests.e2e.keys import Keys
from tests.e2e.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spool.job import Job
    from tests.nodes.conftest import Machine

CAT = Path(__file__).parents[3] / "tests" / "fixtures" / "samples" / "chelsea.png"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("k")
    return Keys(folder, Guard(folder))


@pytest.fixture(scope="module")
def address(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    keys.make("alice", "--scope", "submit,high,admin")
    keys.make("gpu", "--agent")
    # A job for which there is no agent any more ends, and the test with it.
    with serving(tmp_path_factory.mktemp("a"), {**keys.settings(), "SPOOL_QUEUE_TTL_MS": "60000"}) as address:
        yield address


@pytest.fixture
def client(address: str, keys: Keys) -> Iterator[Client]:
    with Client(f"http://{address}", api_key=keys.secret("alice")) as client:
        yield client


@pytest.fixture
def dialled(machine: Machine, address: str, keys: Keys) -> Machine:
    """Install the agent, and keep a token; what follows has only to dial."""
    machine.settings["SPOOL_SERVER"] = f"ws://{address}"
    done = machine.run("--token-stdin", "check", "agent", "python", told=keys.secret("gpu"))
    assert done.returncode == 0, done.stderr
    return machine


def connected(machine: Machine) -> None:
    machine.until((machine.node / "connected").exists)


def ended(client: Client, job: Job) -> Job:
    for _ in client.events(job.id):
        pass
    return client.get(job.id)


def agent_of(machine: Machine) -> int:
    return int((machine.node / "connected").read_text())


def test_a_fresh_machine_takes_a_job_tells_its_price_and_leaves_at_sigterm(
    dialled: Machine, client: Client, keys: Keys
) -> None:
    node = dialled.start(SPOOL_AGENT_PRICE_PER_HOUR="1.99", SPOOL_AGENT_LABELS="host=vast")
    connected(dialled)
    (agent,) = [one for one in client.agents() if one.name == "rented" and one.state == "online"]
    assert agent.raw["price_per_hour"] == 1.99
    job = ended(client, client.qwen([CAT], "make it grayscale", width=128, height=128))
    assert job.status == "succeeded", job.error
    words = [Path(f"/proc/{pid}/cmdline").read_text() for pid in living_in(dialled.folder)]
    node.send_signal(signal.SIGTERM)
    assert dialled.ended(node) == 0
    assert keys.secret("gpu") not in "".join(words) + dialled.told()


def test_sigterm_lets_a_running_job_end(dialled: Machine, client: Client) -> None:
    node = dialled.start("dial")
    connected(dialled)
    job = client.i2v(CAT, "steps=20 step_ms=100", num_frames=17)
    for state in client.events(job.id):
        if state.status == "running":
            node.send_signal(signal.SIGTERM)
            break
    assert ended(client, job).status == "succeeded"
    assert dialled.ended(node) == 0


def test_an_agent_that_was_killed_is_started_again(dialled: Machine, client: Client) -> None:
    node = dialled.start("dial")
    connected(dialled)
    first = agent_of(dialled)
    os.kill(first, signal.SIGKILL)
    dialled.until(lambda: (dialled.node / "connected").exists() and agent_of(dialled) != first)
    assert "ended with status 137 and is started again in 1 s" in dialled.told()
    assert ended(client, client.i2v(CAT, "steps=1", num_frames=17)).status == "succeeded"
    node.send_signal(signal.SIGTERM)
    assert dialled.ended(node) == 0


def test_an_agent_does_not_outlive_its_supervisor(dialled: Machine) -> None:
    node = dialled.start("dial")
    connected(dialled)
    node.kill()
    dialled.ended(node)


def test_a_second_supervisor_of_one_folder_is_refused(dialled: Machine) -> None:
    node = dialled.start("dial")
    connected(dialled)
    done = dialled.run("dial")
    assert done.returncode == 2
    assert "another supervisor runs in" in done.stdout
    node.send_signal(signal.SIGTERM)
    assert dialled.ended(node) == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_idle_machine_is_powered_off_and_one_with_a_job_is_not(dialled: Machine, client: Client, form: str) -> None:
    off = dialled.folder / "off"
    # The job is longer than the machine may be idle, and its log says nothing meanwhile.
    node = dialled.start(
        "dial",
        SPOOL_NODE_IDLE_MINUTES="0.1",
        SPOOL_NODE_POWER_OFF=f"touch {off}",
        SPOOL_LOG_FORMAT=form,
        SPOOL_LOG="warn",
    )
    connected(dialled)
    job = ended(client, client.i2v(CAT, "steps=1 step_ms=9000", num_frames=17))
    # It would have been allowed to end in any case, so what counts is when the guard took the machine for idle.
    assert "no job for" not in dialled.told()
    assert (job.status, job.attempts) == ("succeeded", 1), job.error
    assert dialled.ended(node) == 0
    assert off.exists()
    assert "no job for 0.1 minutes: the agent ends." in dialled.told()


def test_a_power_off_that_fails_is_told(dialled: Machine) -> None:
    node = dialled.start("dial", SPOOL_NODE_IDLE_MINUTES="0.02", SPOOL_NODE_POWER_OFF="false")
    assert dialled.ended(node) == 4
    assert "the machine still costs money: power it off by hand" in dialled.told()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_node_that_keeps_running_out_of_memory_stops_and_a_success_between_is_forgiven(
    dialled: Machine, client: Client, form: str
) -> None:
    node = dialled.start("dial", SPOOL_NODE_OUT_OF_MEMORY="3", SPOOL_LOG_FORMAT=form, SPOOL_LOG="error")
    connected(dialled)
    for prompt in ("fail=out_of_memory", "fail=out_of_memory", "steps=1", "fail=out_of_memory", "fail=out_of_memory"):
        ended(client, client.i2v(CAT, f"{prompt} steps=1", num_frames=17))
    assert node.poll() is None, dialled.told()
    ended(client, client.i2v(CAT, "fail=out_of_memory steps=1", num_frames=17))
    assert dialled.ended(node) == 3
    assert "3 jobs in a row ran out of memory" in dialled.told()
    assert "SPOOL_NODE_POWER_OFF is not set" in dialled.told()


def test_wrong_settings_of_the_agent_are_not_tried_again(dialled: Machine) -> None:
    done = dialled.run("dial", SPOOL_AGENT_PRICE_PER_HOUR="much")
    assert done.returncode in {1, 2}
    assert "SPOOL_AGENT_PRICE_PER_HOUR" in done.stdout + done.stderr


def test_a_detached_agent_goes_on_after_the_script_has_ended(dialled: Machine, client: Client) -> None:
    done = dialled.run("--detach", "dial")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ended(client, client.i2v(CAT, "steps=1", num_frames=17)).status == "succeeded"
    assert "runs already" in dialled.run("--detach", "dial").stdout
    os.kill(int((dialled.node / "pid").read_text()), signal.SIGTERM)
    dialled.until(lambda: not living_in(dialled.folder))


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_the_engine_of_real_nodes_makes_a_clip_with_tiny_models(dialled: Machine, client: Client) -> None:
    node = dialled.start("dial", SPOOL_ENGINES="i2v=diffsynth-tiny,qwen=diffsynth-tiny")
    connected(dialled)
    job = ended(client, client.i2v(CAT, "the cat turns its head", width=128, height=128, num_frames=5, seed=3))
    assert (job.status, job.engine) == ("succeeded", "diffsynth-tiny"), job.error
    node.send_signal(signal.SIGTERM)
    assert dialled.ended(node) == 0


def test_the_unit_of_systemd_holds_the_settings_and_no_token(dialled: Machine, keys: Keys) -> None:
    script = 'source "$1"; nodes=/srv/spool; unit_text'
    source = Path(__file__).parents[3] / "infra" / "nodes" / "dial.sh"
    command = ["/usr/bin/env", "bash", "-euc", script, "bash", source]
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=30,
        env={**dialled.settings, "SPOOL_NODE_POWER_OFF": 'echo "100%" \\ off', "SPOOL_DRAIN_MS": "30000"},
    ).stdout  # fmt: skip
    assert 'Environment="SPOOL_NODE_POWER_OFF=echo \\"100%%\\" \\\\ off"' in told
    assert re.search(r'^ExecStart="/srv/spool/supervise\.sh"$', told, re.MULTILINE)
    assert "TimeoutStopSec=90" in told
    assert keys.secret("gpu") not in told
