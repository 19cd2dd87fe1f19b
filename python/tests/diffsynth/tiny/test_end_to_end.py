"""Both workflows through the API, an agent and its worker."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from PIL import Image

from spool import Client
from tests.e2e.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spool.job import Job

ENGINES = "i2v=diffsynth-tiny,qwen=diffsynth-tiny"
CAT = Path(__file__).parents[4] / "tests" / "fixtures" / "samples" / "chelsea.png"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[Client]:
    agent = {"SPOOL_ENGINES": ENGINES, "SPOOL_SLOTS": "1"}
    with running(place, agent=agent) as address, Client(address) as client:
        yield client


def ended(client: Client, job: Job) -> Job:
    for _ in client.events(job.id):
        pass
    done = client.get(job.id)
    assert done.status == "succeeded", done.error
    assert done.engine == "diffsynth-tiny"
    return done


def test_a_clip_and_an_edit_come_back_as_files(client: Client, tmp_path: Path) -> None:
    clip = ended(client, client.i2v(CAT, "the cat turns its head", width=128, height=128, num_frames=5, seed=3))
    edit = ended(client, client.qwen([CAT, CAT], "put both on a table", width=160, height=128, seed=3))
    client.download(clip, tmp_path / "clip.mp4")
    client.download(edit, tmp_path / "edit.png")
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert (file.streams.video[0].frames, file.streams.video[0].width) == (5, 128)
    with Image.open(tmp_path / "edit.png") as picture:
        assert picture.size == (160, 128)
    for job in (clip, edit):
        assert {name: job.timings[name] is not None for name in ("load_ms", "denoise_ms", "decode_ms", "gpu_ms")} == {
            "load_ms": True,
            "denoise_ms": True,
            "decode_ms": True,
            "gpu_ms": True,
        }


def test_a_job_whose_worker_is_killed_between_two_steps_is_made_again(client: Client, place: Path) -> None:
    job = client.i2v(CAT, "the cat turns its head", width=128, height=128, num_frames=5, steps=100)
    for state in client.events(job.id):
        if state.progress is not None and state.progress.phase == "denoise_high":
            (worker,) = workers_in(place)
            os.kill(worker, signal.SIGKILL)
            break
    assert ended(client, job).attempts == 2


def workers_in(place: Path) -> list[int]:
    """Return the processes of workers whose socket lies below the folder."""
    found: list[int] = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().decode().split("\0")
        except OSError:
            continue
        if "spool.worker" in words and str(place) in words[words.index("--socket") + 1]:
            found.append(int(line.parent.name))
    return found
