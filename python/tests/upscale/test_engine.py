"""The engine in a real worker: sizes, files, labels, progress, cancel, bad pictures."""

from __future__ import annotations

import hashlib
import io
import json
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from spool.worker.engines.upscale import weights
from tests.upscale.pictures import fur
from tests.worker.harness import Fields, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

BOTH = ["upscale.2x", "upscale.4x"]


@pytest.fixture(scope="module")
def shared_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path_factory.mktemp("upscale"), engines="upscale=upscale") as process:
        process.next()
        yield process


def saved(folder: Path, image: Image.Image, orientation: int = 1, **options: Any) -> Fields:
    """Write a picture; return it as an input of a job."""
    data = io.BytesIO()
    image.save(data, "PNG", **options)
    path = folder / f"{hashlib.sha256(data.getvalue()).hexdigest()[:16]}.png"
    path.write_bytes(data.getvalue())
    return {"path": str(path), "content_type": "image/png", "orientation": orientation}


def made(worker: WorkerProcess, job: str, source: Fields, scale: int = 2) -> tuple[Image.Image, Fields]:
    """Run a job to its success; return the picture and its message."""
    worker.run(job, "upscale", inputs=[source], scale=scale)
    name, body = worker.ending()
    assert name == "succeeded", body
    (output,) = body["outputs"]
    with Image.open(output["path"]) as picture:
        picture.load()
    assert (picture.format, output["content_type"]) == ("PNG", "image/png")
    assert picture.size == (output["width"], output["height"])
    assert (output["frames"], output["fps"]) == (None, None)
    return picture, body


def test_both_scales_are_offered(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, engines="upscale=upscale") as worker:
        name, body = worker.next()
    assert name == "hello"
    assert body["offers"] == [{"workflow": "upscale", "engine": "upscale", "classes": BOTH}]


@pytest.mark.parametrize(("width", "height"), [(31, 17), (17, 31), (1, 1), (3, 40)])
@pytest.mark.parametrize("scale", [2, 4])
def test_a_result_is_exactly_so_many_times_larger(
    shared_worker: WorkerProcess, tmp_path: Path, scale: int, width: int, height: int
) -> None:
    picture, _ = made(shared_worker, f"size-{scale}-{width}", saved(tmp_path, fur(width, height)), scale)
    assert (picture.mode, picture.size) == ("RGB", (width * scale, height * scale))


def test_the_same_job_gives_the_same_bytes_in_every_worker(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    source = saved(tmp_path, fur(90, 12))
    files: list[bytes] = []
    with WorkerProcess(tmp_path / "other", engines="upscale=upscale") as other:
        other.next()
        for worker, job in ((shared_worker, "one"), (shared_worker, "two"), (other, "three")):
            _, body = made(worker, job, source)
            (output,) = body["outputs"]
            files.append(Path(output["path"]).read_bytes() + Path(output["poster"]["path"]).read_bytes())
    assert files[0] == files[1] == files[2]


def test_a_result_says_what_made_it(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    picture, _ = made(shared_worker, "told", saved(tmp_path, fur(12, 12)), 4)
    told = json.loads(picture.info["parameters"])
    assert told.pop("software").startswith("spool ")
    assert told == {
        "engine": "upscale",
        "workflow": "upscale",
        "model": "realesrgan-x4plus",
        "weights_sha256": hashlib.sha256(weights.find().numbers.read_bytes()).hexdigest(),
        "ncnn": metadata.version("ncnn"),
        "scale": 4,
        "seed": 7,
    }


def test_the_network_is_loaded_once_for_both_scales(tmp_path: Path) -> None:
    source = saved(tmp_path, fur(20, 20))
    with WorkerProcess(tmp_path, engines="upscale=upscale") as worker:
        worker.next()
        _, first = made(worker, "first", source, 4)
        _, second = made(worker, "second", source, 2)
    assert first["timings"]["load_ms"] > 0
    assert second["timings"]["load_ms"] == 0
    assert first["warm"] == second["warm"] == BOTH
    for body in (first, second):
        assert body["timings"]["decode_ms"] > 0
        assert body["timings"]["encode_ms"] >= 0
        assert (body["timings"]["denoise_ms"], body["timings"]["gpu_ms"]) == (None, None)


def test_progress_counts_real_tiles_and_never_goes_back(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    shared_worker.run("tiles", "upscale", inputs=[saved(tmp_path, fur(170, 12))], scale=2)
    messages = shared_worker.until("succeeded", "failed")
    progress = [body for name, body in messages if name == "progress"]
    tiles = [(body["step"], body["steps"]) for body in progress if body["phase"] == "decode"]
    assert tiles[-1] == (3, 3)
    assert tiles == sorted(tiles)
    assert list(dict.fromkeys(body["phase"] for body in progress if body["phase"] != "load")) == ["decode", "encode"]
    fractions = [body["fraction"] for body in progress]
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1


def test_loading_is_a_phase_of_the_first_job(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, engines="upscale=upscale") as worker:
        worker.next()
        worker.run("first", "upscale", inputs=[saved(tmp_path, fur(10, 10))])
        messages = worker.until("succeeded")
    assert [name for name, _ in messages[:2]] == ["started", "progress"]
    assert messages[1][1]["phase"] == "load"


def test_a_cancel_is_obeyed_within_a_tile_and_leaves_no_file(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    shared_worker.run("stop", "upscale", inputs=[saved(tmp_path, fur(240, 240))], scale=4)
    while shared_worker.next()[1].get("step") != 1:
        pass
    shared_worker.send("cancel", job="stop")
    messages = shared_worker.until("succeeded", "failed", "canceled")
    assert messages[-1] == ("canceled", {"job": "stop"})
    assert max((body["step"] for name, body in messages if name == "progress"), default=1) <= 3, "of 9"
    assert not list((shared_worker.folder / "out").glob("stop/*"))
    made(shared_worker, "after", saved(tmp_path, fur(10, 10)))


def test_a_poster_shows_the_result(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    picture, body = made(shared_worker, "poster", saved(tmp_path, fur(60, 40)), 4)
    poster_file = body["outputs"][0]["poster"]
    assert poster_file["content_type"] == "image/webp"
    with Image.open(poster_file["path"]) as poster:
        assert (poster.format, poster.size) == ("WEBP", picture.size)
        assert np.abs(np.asarray(poster).astype(int) - np.asarray(picture)).mean() < 6


def test_the_orientation_of_the_job_is_applied(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    turned, _ = made(shared_worker, "turned", saved(tmp_path, fur(24, 16), orientation=6))
    upright, _ = made(shared_worker, "upright", saved(tmp_path, fur(24, 16).transpose(Image.Transpose.ROTATE_270)))
    assert turned.size == (32, 48)
    assert turned.tobytes() == upright.tobytes()


def test_what_is_transparent_stays_transparent(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    source = fur(30, 20).convert("RGBA")
    source.paste((0, 0, 0, 0), (0, 0, 15, 20))
    picture, body = made(shared_worker, "cut-out", saved(tmp_path, source))
    assert (picture.mode, picture.size) == ("RGBA", (60, 40))
    alpha = np.asarray(picture)[..., 3]
    assert alpha[:, :26].max() == 0
    assert alpha[:, 34:].min() == 255
    with Image.open(body["outputs"][0]["poster"]["path"]) as poster:
        assert poster.mode == "RGBA"


def test_an_alpha_channel_without_any_transparency_is_dropped(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    plain, _ = made(shared_worker, "plain", saved(tmp_path, fur(16, 16)))
    opaque, _ = made(shared_worker, "opaque", saved(tmp_path, fur(16, 16).convert("RGBA")))
    assert opaque.mode == "RGB"
    assert opaque.tobytes() == plain.tobytes()


def test_deep_grey_and_palettes_are_fine(shared_worker: WorkerProcess, tmp_path: Path) -> None:
    grey = fur(16, 16).convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    eight, _ = made(shared_worker, "grey", saved(tmp_path, grey))
    sixteen, _ = made(shared_worker, "deep", saved(tmp_path, deep))
    assert eight.tobytes() == sixteen.tobytes()
    few = fur(16, 16).quantize(16)
    palette, _ = made(shared_worker, "palette", saved(tmp_path, few))
    colours, _ = made(shared_worker, "colours", saved(tmp_path, few.convert("RGB")))
    assert palette.tobytes() == colours.tobytes()


def fails(worker: WorkerProcess, job: str, **fields: Any) -> Fields:
    worker.run(job, "upscale", **fields)
    name, body = worker.ending()
    assert name == "failed"
    return body


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n and then nothing"])
def test_an_unreadable_picture_fails_for_good(shared_worker: WorkerProcess, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.png").write_bytes(content)
    bad: Fields = {"path": str(tmp_path / "broken.png"), "content_type": "image/png", "orientation": 1}
    body = fails(shared_worker, "bad", inputs=[bad])
    assert (body["code"], body["retryable"]) == ("bad_input", False)
    assert body["message"].startswith("Picture 1: ")


@pytest.mark.parametrize("scale", [0, 1, 3, 8, "2", 2.5, None, True])
def test_other_scales_fail_for_good(shared_worker: WorkerProcess, tmp_path: Path, scale: object) -> None:
    body = fails(shared_worker, "scale", inputs=[saved(tmp_path, fur(8, 8))], scale=scale)
    assert (body["code"], body["retryable"]) == ("bad_input", False)


def test_a_job_without_a_picture_fails_for_good(shared_worker: WorkerProcess) -> None:
    assert fails(shared_worker, "none")["code"] == "bad_input"


def test_a_result_over_forty_megapixels_is_refused_before_any_work(
    shared_worker: WorkerProcess, tmp_path: Path
) -> None:
    body = fails(shared_worker, "large", inputs=[saved(tmp_path, Image.new("1", (1600, 1563)))], scale=4)
    assert (body["code"], body["retryable"]) == ("result_too_large", False)
    assert "6400 by 6252" in body["message"]


def test_memory_does_not_grow_with_the_number_of_tiles(tmp_path: Path) -> None:
    few = fur(240, 12)
    many = Image.new("RGB", (960, 12))
    for left in range(0, 960, 240):
        many.paste(few, (left, 0))
    with WorkerProcess(tmp_path, engines="upscale=upscale") as worker:
        worker.next()
        made(worker, "three", saved(tmp_path, few), 4)
        before = memory(worker, "VmHWM")
        made(worker, "twelve", saved(tmp_path, many), 4)
        assert memory(worker, "VmHWM") - before < 40 * 2**20


def test_memory_of_a_job_is_given_back_after_it_even_if_it_was_canceled(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, engines="upscale=upscale") as worker:
        worker.next()
        made(worker, "tiny", saved(tmp_path, fur(4, 4)))
        idle = memory(worker, "VmRSS")
        made(worker, "whole", saved(tmp_path, fur(80, 80)))
        assert memory(worker, "VmHWM") - idle > 200 * 2**20
        assert memory(worker, "VmRSS") - idle < 60 * 2**20
        worker.run("stop", "upscale", inputs=[saved(tmp_path, fur(160, 80))])
        worker.until("progress")
        worker.send("cancel", job="stop")
        assert worker.ending()[0] == "canceled"
        assert memory(worker, "VmRSS") - idle < 60 * 2**20


def memory(worker: WorkerProcess, field: str) -> int:
    """Return the resident size of the process in bytes: `VmRSS` now, `VmHWM` the largest so far."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024
