"""The preview engine in a real worker: files, labels, progress, previews, cancel."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.worker.harness import Fields, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

SAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "samples"
SMALL: Fields = {"width": 256, "height": 160, "num_frames": 21}
NOTICE = "no AI model ran"


def picture(name: str, orientation: int = 1) -> Fields:
    return {"path": str(SAMPLES / name), "content_type": "image/png", "orientation": orientation}


CAT, COFFEE, ROCKET = picture("chelsea.png"), picture("coffee.png"), picture("rocket.jpg")


@pytest.fixture(scope="module")
def shared_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path_factory.mktemp("preview"), engines="i2v=preview,qwen=preview") as process:
        process.next()
        yield process


def made(worker: WorkerProcess, job: str, workflow: str = "i2v", **params: Any) -> Fields:
    """Run a job to its success; return its only output."""
    wanted: Fields = {**SMALL, "inputs": [CAT], **params}
    worker.run(job, workflow, **wanted)
    name, body = worker.ending()
    assert name == "succeeded", body
    (output,) = body["outputs"]
    return output


def opened(path: str) -> InputContainer:
    return av.open(path, "r")


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_a_clip_has_the_frames_size_and_rate_that_were_asked_for(shared_worker: WorkerProcess) -> None:
    output = made(shared_worker, "asked", prompt="zoom in", fps=12, num_frames=33)
    assert (output["content_type"], output["width"], output["height"]) == ("video/mp4", 256, 160)
    assert (output["frames"], output["fps"]) == (33, 12)
    with opened(output["path"]) as clip:
        stream = clip.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (256, 160, 12)
        assert sum(1 for _ in clip.decode(stream)) == 33


def test_a_default_job_gives_81_frames_of_832_by_480(shared_worker: WorkerProcess) -> None:
    output = made(shared_worker, "default", prompt="the cat turns its head", width=832, height=480, num_frames=81)
    with opened(output["path"]) as clip:
        frames = [(frame.width, frame.height) for frame in clip.decode(video=0)]
    assert frames == [(832, 480)] * 81


def test_the_same_job_gives_the_same_bytes_and_another_seed_does_not(shared_worker: WorkerProcess) -> None:
    prompts: Fields = {"prompt": "pan left, handheld, dusk"}
    first, again = made(shared_worker, "one", **prompts), made(shared_worker, "two", **prompts)
    other = made(shared_worker, "three", seed=8, **prompts)
    assert digest(first["path"]) == digest(again["path"])
    assert digest(first["poster"]["path"]) == digest(again["poster"]["path"])
    assert digest(first["path"]) != digest(other["path"])


def test_an_edit_gives_the_same_bytes_too(shared_worker: WorkerProcess) -> None:
    first = made(shared_worker, "q1", "qwen", prompt="pencil sketch", inputs=[COFFEE])
    again = made(shared_worker, "q2", "qwen", prompt="pencil sketch", inputs=[COFFEE])
    other = made(shared_worker, "q3", "qwen", prompt="pencil sketch", inputs=[COFFEE], seed=8)
    assert digest(first["path"]) == digest(again["path"]) != digest(other["path"])


def test_a_clip_says_that_no_model_ran(shared_worker: WorkerProcess) -> None:
    output = made(shared_worker, "label", prompt="zoom out, vivid", seed=4294967295)
    with opened(output["path"]) as clip:
        told = json.loads(clip.metadata["comment"])
        assert clip.metadata["title"] == "zoom out, vivid"
    assert (told["engine"], told["notice"], told["workflow"]) == ("preview", NOTICE, "i2v")
    assert (told["prompt"], told["seed"], told["num_frames"]) == ("zoom out, vivid", 4294967295, 21)
    assert (told["motions"], told["looks"]) == (["zoom_out"], ["vivid"])
    assert "label" not in json.dumps(told)


def test_an_edit_says_that_no_model_ran(shared_worker: WorkerProcess) -> None:
    output = made(shared_worker, "label-q", "qwen", prompt="black and white, mirrored")
    with Image.open(output["path"]) as edited:
        assert edited.size == (256, 160)
        told = json.loads(edited.info["parameters"])
    assert (told["engine"], told["notice"], told["edits"]) == ("preview", NOTICE, ["mirror", "mono"])
    assert (output["content_type"], output["frames"], output["fps"]) == ("image/png", None, None)


@pytest.mark.parametrize("workflow", ["i2v", "qwen"])
def test_a_poster_shows_the_result(shared_worker: WorkerProcess, workflow: str) -> None:
    output = made(shared_worker, f"poster-{workflow}", workflow, prompt="static")
    with Image.open(output["poster"]["path"]) as poster:
        assert (poster.format, poster.size) == ("WEBP", (256, 160))
        small = np.asarray(poster.convert("RGB")).astype(int)
    if workflow == "i2v":
        with opened(output["path"]) as clip:
            shown = next(clip.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    else:
        with Image.open(output["path"]) as edited:
            shown = np.asarray(edited).astype(int)
    assert np.abs(small[:100] - shown[:100]).mean() < 8


def test_progress_counts_pictures_and_frames_and_claims_no_model(shared_worker: WorkerProcess) -> None:
    shared_worker.run("p", inputs=[CAT, COFFEE], end_image=True, prompt="zoom in", width=832, height=480)
    messages = shared_worker.until("succeeded", "failed")
    progress = [body for name, body in messages if name == "progress"]
    phases = list(dict.fromkeys(body["phase"] for body in progress))
    assert phases == ["encode_image", "decode", "encode"]
    last = {body["phase"]: (body["step"], body["steps"]) for body in progress}
    assert last == {"encode_image": (2, 2), "decode": (81, 81), "encode": (0, 0)}
    fractions = [body["fraction"] for body in progress]
    assert fractions == sorted(fractions)
    timings = messages[-1][1]["timings"]
    assert timings["load_ms"] is None
    assert timings["denoise_ms"] is None
    assert timings["gpu_ms"] is None


def test_previews_show_the_clip_while_it_is_made(shared_worker: WorkerProcess) -> None:
    shared_worker.run("v", inputs=[COFFEE], prompt="zoom in", width=832, height=480)
    previews = [body for name, body in shared_worker.until("succeeded") if name == "preview"]
    assert previews
    for body in previews:
        assert len(body["bytes"]) <= 48 * 1024
        with Image.open(io.BytesIO(body["bytes"])) as shown:
            assert (shown.format, shown.size) == ("WEBP", (body["width"], body["height"]))
            assert max(shown.size) == 480


def test_a_cancel_stops_between_two_frames_and_leaves_no_clip(shared_worker: WorkerProcess) -> None:
    shared_worker.run("c", inputs=[CAT], prompt="zoom in", width=832, height=480, num_frames=161)
    while shared_worker.next()[1].get("phase") != "decode":
        pass
    shared_worker.send("cancel", job="c")
    messages = shared_worker.until("succeeded", "failed", "canceled")
    assert messages[-1] == ("canceled", {"job": "c"})
    steps = [body["step"] for name, body in messages if name == "progress"]
    assert max(steps, default=0) < 161
    assert not (shared_worker.folder / "out" / "c" / "video.mp4").exists()
    assert made(shared_worker, "after", prompt="")["frames"] == 21


def test_the_orientation_of_the_job_is_applied(shared_worker: WorkerProcess) -> None:
    params: Fields = {"prompt": "upside down", "width": 320, "height": 224}
    turned = made(shared_worker, "t1", "qwen", inputs=[picture("coffee.png", 3)], **params)
    plain = made(shared_worker, "t2", "qwen", inputs=[picture("coffee.png", 1)], **params)
    with Image.open(turned["path"]) as one, Image.open(plain["path"]) as two:
        difference = np.asarray(one).astype(int)[::-1, ::-1] - np.asarray(two).astype(int)
    assert np.abs(difference).max() <= 2


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_an_unreadable_picture_fails_for_good_and_names_its_place(
    shared_worker: WorkerProcess, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(content)
    bad: Fields = {"path": str(broken), "content_type": "image/png", "orientation": 1}
    shared_worker.run("b", inputs=[CAT, bad], end_image=True, **SMALL)
    name, body = shared_worker.ending()
    assert (name, body["code"], body["retryable"]) == ("failed", "bad_input", False)
    assert body["message"].startswith("Picture 2: ")


def test_a_missing_parameter_fails_for_good(shared_worker: WorkerProcess) -> None:
    shared_worker.run("m", inputs=[CAT], width=None)
    _, body = shared_worker.ending()
    assert (body["code"], body["retryable"]) == ("bad_input", False)
    assert "width" in body["message"]


def test_memory_does_not_grow_with_the_length_of_a_clip(tmp_path: Path) -> None:
    """161 frames of 832 by 480 are 184 MiB of pixels; they are never there at once."""
    with WorkerProcess(tmp_path, engines="i2v=preview") as worker:
        worker.next()
        assert made(worker, "short", width=832, height=480, num_frames=41)["frames"] == 41
        before = peak_memory(worker)
        assert made(worker, "long", width=832, height=480, num_frames=161)["frames"] == 161
        assert peak_memory(worker) - before < 40 * 2**20


def peak_memory(worker: WorkerProcess) -> int:
    """Return the largest resident size of the process so far, in bytes."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
