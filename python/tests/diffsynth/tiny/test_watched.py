"""What a running pipeline tells, and how it is stopped."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PIL import Image

from spool.worker.cancel import CanceledError, CancelFlag
from spool.worker.engines.diffsynth import latents, pipelines
from spool.worker.protocol import Preview
from tests.diffsynth.jobs import clip, edit, saved
from tests.diffsynth.tiny.bench import Bench, SetAt

if TYPE_CHECKING:
    from pathlib import Path

    from spool.worker.protocol import Run


def job(workflow: str, folder: Path, picture: Image.Image) -> Run:
    inputs = saved(folder, picture)
    return clip(folder, inputs) if workflow == "i2v" else edit(folder, inputs)


def counted(phase: str, steps: int) -> list[tuple[str, int, int]]:
    return [(phase, step, steps) for step in range(steps + 1)]


def test_every_step_of_a_clip_is_told(bench: Bench, folder: Path, picture: Image.Image) -> None:
    bench.made(job("i2v", folder, picture))
    assert bench.told.steps == [
        ("encode_text", 0, 0),
        *counted("encode_image", 3),
        *counted("denoise_high", 4),
        *counted("denoise_low", 4),
        *counted("decode", 3),
    ]


def test_every_step_of_an_edit_is_told(bench: Bench, folder: Path, picture: Image.Image) -> None:
    bench.made(edit(folder, saved(folder, picture, picture)))
    assert bench.told.steps == [
        *counted("encode_image", 2),
        ("encode_text", 0, 0),
        *counted("denoise", 4),
        *counted("decode", 1),
    ]


@pytest.mark.parametrize(("workflow", "steps"), [("i2v", 8), ("qwen", 4)])
def test_each_step_has_its_time_and_a_preview(
    bench: Bench, folder: Path, picture: Image.Image, workflow: str, steps: int
) -> None:
    bench.made(job(workflow, folder, picture))
    previews = [message for message in bench.told.sent if isinstance(message, Preview)]
    assert len(previews) == steps
    with Image.open(io.BytesIO(previews[0].bytes)) as image:
        assert (image.format, max(image.size)) == ("WEBP", 32 if workflow == "i2v" else 64)
    assert bench.stages is not None
    assert len(bench.stages.step_seconds) == steps
    assert set(bench.stages.seconds) == {phase for phase, _, _ in bench.told.steps}
    denoising = sum(seconds for phase, seconds in bench.stages.seconds.items() if phase.startswith("denoise"))
    assert 0 < sum(bench.stages.step_seconds) <= denoising


@pytest.mark.parametrize("workflow", ["i2v", "qwen"])
def test_a_cancel_at_any_of_eight_points_leaves_the_pipeline_as_it_was(
    bench: Bench, folder: Path, picture: Image.Image, workflow: str
) -> None:
    wanted = job(workflow, folder, picture)
    never = SetAt()
    made = bench.made(wanted, never)
    for share in range(8):
        at = 1 + share * (never.asked - 1) // 7
        with pytest.raises(CanceledError):
            bench.made(wanted, SetAt(at))
        assert bench.made(wanted) == made, f"after a cancel at {at} of {never.asked}"


@pytest.mark.parametrize("workflow", ["i2v", "qwen"])
def test_a_cancel_is_obeyed_before_the_next_block(
    bench: Bench, folder: Path, picture: Image.Image, workflow: str
) -> None:
    flag = CancelFlag()
    ran = [0, 0]

    def first(*_: object) -> None:
        ran[0] += 1
        if ran[0] == 2:
            flag.set()

    def second(*_: object) -> None:
        ran[1] += 1

    blocks = bench.loaded[workflow].blocks
    handles = [blocks[0].register_forward_hook(first), blocks[1].register_forward_hook(second)]
    try:
        with pytest.raises(CanceledError):
            bench.made(job(workflow, folder, picture), flag)
    finally:
        for handle in handles:
            handle.remove()
    assert ran == [2, 1], "the second step was left between its two blocks"


@pytest.mark.parametrize("workflow", ["i2v", "qwen"])
def test_a_pipeline_that_ran_out_of_memory_is_as_it_was(
    bench: Bench, folder: Path, picture: Image.Image, workflow: str
) -> None:
    wanted = job(workflow, folder, picture)
    made = bench.made(wanted)

    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    handle = bench.loaded[workflow].blocks[1].register_forward_hook(full)
    with pytest.raises(MemoryError) as failure:
        bench.made(wanted)
    handle.remove()
    assert failure.value.__context__ is None, "it would keep what the forward had made"
    assert bench.made(wanted) == made


def test_nothing_is_left_on_a_pipeline_that_was_watched(bench: Bench, folder: Path, picture: Image.Image) -> None:
    loaded = bench.loaded["i2v"]
    before = loaded.pipe.unit_runner
    for flag in (CancelFlag(), SetAt(20)):
        try:
            bench.made(job("i2v", folder, picture), flag)
        except CanceledError:
            assert isinstance(flag, SetAt)
        assert loaded.pipe.unit_runner is before
        assert loaded.scheduler.show is None


def test_a_preview_shows_the_colours_of_what_was_encoded() -> None:
    chance = np.random.default_rng(1)
    mix = chance.normal(size=(16, 3)).astype(np.float32)

    def encode(pixels: torch.Tensor) -> torch.Tensor:
        (values,) = pixels.numpy()
        cells = values.reshape(3, values.shape[1] // 8, 8, values.shape[2] // 8, 8).mean(axis=(2, 4))
        mixed = mix @ cells.reshape(3, -1) + np.float32(0.3)
        return torch.from_numpy(mixed.reshape(1, 16, *cells.shape[1:]))

    device = pipelines.Device()
    device.name, device.dtype = "cpu", torch.float32
    fitted = latents.fit(encode, device)
    colours = chance.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(colours).resize((48, 32), Image.Resampling.NEAREST), np.float32) / 127.5 - 1
    shown = fitted(encode(torch.from_numpy(pixels.transpose(2, 0, 1)[np.newaxis].copy())))
    assert shown.size == (24, 16)
    small = np.asarray(shown.resize((6, 4), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - colours).mean() < 30, "softened, but of the same colours"
    assert fitted(torch.from_numpy(np.zeros((1, 16, 3, 2, 90), np.float32))).size == (360, 8)
