"""The engine in a real worker, as an agent runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from spool._made import made as read
from tests.diffsynth.jobs import CLIP, EDIT
from tests.worker.harness import Fields, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = "i2v=diffsynth-tiny,qwen=diffsynth-tiny"
IMPORTS = 300.0
"""Seconds that importing the libraries may take on a machine that has much else to do."""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path_factory.mktemp("tiny"), engines=ENGINES) as process:
        process.link.settimeout(IMPORTS)
        assert [offer["engine"] for offer in process.next()[1]["offers"]] == ["diffsynth-tiny"] * 2
        yield process


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Fields:
    path = tmp_path_factory.mktemp("in") / "picture.png"
    Image.effect_mandelbrot((120, 90), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(path)
    return {"path": str(path), "content_type": "image/png", "orientation": 1}


def start(worker: WorkerProcess, job: str, workflow: str, source: Fields, **changed: object) -> None:
    params: dict[str, Any] = {**(CLIP if workflow == "i2v" else EDIT), **changed}
    worker.run(job, workflow, inputs=[source], **params)


def made(worker: WorkerProcess, job: str, workflow: str, source: Fields, **changed: object) -> Fields:
    start(worker, job, workflow, source, **changed)
    name, body = worker.ending()
    assert name == "succeeded", body
    return body


def result(body: Fields) -> bytes:
    return Path(body["outputs"][0]["path"]).read_bytes()


def test_a_clip_is_a_video_that_says_what_made_it(worker: WorkerProcess, source: Fields) -> None:
    body = made(worker, "clip", "i2v", source)
    (output,) = body["outputs"]
    assert (output["content_type"], output["frames"], output["fps"]) == ("video/mp4", 9, 16)
    with av.open(output["path"]) as file:
        assert file.streams.video[0].frames == 9
        told = json.loads(file.metadata["comment"])
    assert told["notice"] == "random weights: the picture is noise"
    assert read(Path(output["path"])).params.items() <= told.items()
    assert {name: told[name] for name in ("engine", "diffsynth", "seed", "shift", "high_noise_steps")} == {
        "engine": "diffsynth-tiny",
        "diffsynth": "2.1.12",
        "seed": 7,
        "shift": 5.0,
        "high_noise_steps": 4,
    }
    timings: dict[str, Any] = body["timings"]
    assert timings["gpu_ms"] >= timings["denoise_ms"] + timings["decode_ms"] > 0
    assert [name for name in body["warm"] if name.startswith("i2v")] == [
        f"i2v.{size}.{frames}.lightning" for size in ("480p", "720p") for frames in (81, 161)
    ]


def test_an_edit_is_a_picture_of_just_the_size_that_was_asked_for(worker: WorkerProcess, source: Fields) -> None:
    body = made(worker, "edit", "qwen", source, width=160, height=96)
    with Image.open(body["outputs"][0]["path"]) as picture:
        assert picture.size == (160, 96)
        assert np.asarray(picture).std() > 1
        assert json.loads(picture.info["parameters"])["scheduler"] == "Qwen-Image-Lightning"
    assert read(Path(body["outputs"][0]["path"])).workflow == "qwen"


def test_phases_come_in_their_order_and_progress_never_goes_back(worker: WorkerProcess, source: Fields) -> None:
    start(worker, "phases", "i2v", source)
    progress = [body for name, body in worker.until("succeeded", "failed") if name == "progress"]
    phases = list(dict.fromkeys(body["phase"] for body in progress if body["phase"] != "load"))
    assert phases == ["encode_text", "encode_image", "denoise_high", "denoise_low", "decode", "encode"]
    fractions = [body["fraction"] for body in progress]
    assert fractions == sorted(fractions)


def test_the_same_job_gives_the_same_file_after_other_jobs_and_a_cancel(worker: WorkerProcess, source: Fields) -> None:
    clip, edit = (result(made(worker, f"first-{name}", name, source)) for name in ("i2v", "qwen"))
    start(worker, "stopped", "i2v", source, num_inference_steps=100)
    worker.until("progress")
    worker.send("cancel", job="stopped")
    assert worker.ending() == ("canceled", {"job": "stopped"})
    assert result(made(worker, "second-qwen", "qwen", source)) == edit
    assert result(made(worker, "second-i2v", "i2v", source)) == clip


def test_what_the_libraries_print_is_no_message(worker: WorkerProcess, source: Fields) -> None:
    made(worker, "noisy", "i2v", source)
    made(worker, "noisier", "qwen", source, preset="quality")
    assert b"Loading models from" in worker.noise, "each line comes as it is printed"
    assert made(worker, "after", "i2v", source)["warm"]


def test_memory_stays_flat_over_fifty_jobs(worker: WorkerProcess, source: Fields) -> None:
    small: dict[str, object] = {"width": 64, "height": 64, "num_inference_steps": 2}
    for job in range(10):
        made(worker, f"before-{job}", ("i2v", "qwen")[job % 2], source, **small)
    before = resident(worker)
    for job in range(50):
        made(worker, f"job-{job}", ("i2v", "qwen")[job % 2], source, **small)
    assert resident(worker) - before < 24 * 2**20


def resident(worker: WorkerProcess) -> int:
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
