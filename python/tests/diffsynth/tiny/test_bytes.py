"""The engine makes what a plain call of the pipeline makes, byte for byte, and the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import torch
from diffsynth.core import ModelConfig
from diffsynth.diffusion import FlowMatchScheduler
from diffsynth.pipelines.qwen_image import QwenImagePipeline
from diffsynth.pipelines.wan_video import WanVideoPipeline

from spool.media.picture import cover
from spool.worker.engines.diffsynth import pipelines
from tests.diffsynth.jobs import clip, edit, saved
from tests.diffsynth.tiny.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PIL import Image

    from spool.worker.engines.diffsynth.files import QwenFiles, WanFiles


def model(paths: tuple[Path, ...]) -> ModelConfig:
    return ModelConfig(path=[str(path) for path in paths])


def plain_wan(files: WanFiles, dtype: torch.dtype) -> WanVideoPipeline:
    pipe = WanVideoPipeline.from_pretrained(
        torch_dtype=dtype,
        device=pipelines.Device().name,
        model_configs=[model(paths) for paths in (files.high, files.low, files.text, files.vae)],
        tokenizer_config=ModelConfig(path=str(files.tokenizer)),
    )
    pipe.load_lora(pipe.dit, str(files.lora_high))
    pipe.load_lora(pipe.dit2, str(files.lora_low))
    return pipe


def plain_qwen(files: QwenFiles, dtype: torch.dtype) -> QwenImagePipeline:
    pipe = QwenImagePipeline.from_pretrained(
        torch_dtype=dtype,
        device=pipelines.Device().name,
        model_configs=[model(paths) for paths in (files.transformer, files.text, files.vae)],
        tokenizer_config=ModelConfig(path=str(files.tokenizer)),
        processor_config=ModelConfig(path=str(files.processor)),
    )
    pipe.load_lora(pipe.dit, str(files.lora))
    pipe.scheduler = FlowMatchScheduler("Qwen-Image-Lightning")
    return pipe


def joined(frames: Iterable[Image.Image]) -> bytes:
    return b"".join(frame.tobytes() for frame in frames)


def quiet(steps: object) -> object:
    return steps


@dataclass(frozen=True)
class Case:
    """A job that differs from the usual one."""

    guidance: float = 1.0
    dtype: torch.dtype = torch.float32
    end: bool = False
    model: str = "2511"


@pytest.mark.parametrize("case", [Case(), Case(guidance=3.5, end=True), Case(dtype=torch.bfloat16, end=True)])
def test_a_clip_is_what_the_plain_pipeline_makes(
    wan_files: WanFiles, folder: Path, picture: Image.Image, case: Case
) -> None:
    device = pipelines.Device()
    device.dtype = case.dtype
    bench = Bench({"i2v": pipelines.load(wan_files, "lightning", device, lambda: None)})
    last = picture.rotate(90)
    job = clip(
        folder,
        saved(folder, picture, last),
        cfg_scale=case.guidance,
        negative_prompt="blurry",
        end_image=case.end,
        width=96,
        height=64,
    )
    plain = plain_wan(wan_files, case.dtype)(
        prompt="the boat drifts past the quay",
        negative_prompt="blurry",
        input_image=cover(picture, 96, 64),
        end_image=cover(last, 96, 64) if case.end else None,
        seed=7,
        width=96,
        height=64,
        num_frames=9,
        cfg_scale=case.guidance,
        num_inference_steps=8,
        sigma_shift=5.0,
        switch_DiT_boundary=0.875,
        tiled=False,
        progress_bar_cmd=quiet,
    )
    assert len(plain) == 9
    assert bench.made(job) == joined(plain)


@pytest.mark.parametrize(
    "case", [Case(), Case(guidance=4.0, model="2509"), Case(model="edit"), Case(dtype=torch.bfloat16)]
)
def test_an_edit_is_what_the_plain_pipeline_makes(
    qwen_files: QwenFiles, folder: Path, picture: Image.Image, case: Case
) -> None:
    device = pipelines.Device()
    device.dtype = case.dtype
    bench = Bench({"qwen": pipelines.load(qwen_files, "lightning", device, lambda: None)})
    seen = cover(picture, 160, 128)
    pictures = [picture] if case.model == "edit" else [picture, picture]
    job = edit(
        folder,
        saved(folder, *pictures),
        model=case.model,
        cfg_scale=case.guidance,
        negative_prompt="blurry",
        width=160,
        height=128,
    )
    plain = plain_qwen(qwen_files, case.dtype)(
        prompt="brighten the street",
        negative_prompt="blurry",
        edit_image=seen if case.model == "edit" else [seen, seen],
        edit_image_auto_resize=False,
        zero_cond_t=case.model == "2511",
        seed=7,
        width=160,
        height=128,
        cfg_scale=case.guidance,
        num_inference_steps=4,
        progress_bar_cmd=quiet,
    )
    assert bench.made(job) == plain.tobytes()


def test_the_three_edit_models_are_called_differently(bench: Bench, folder: Path, picture: Image.Image) -> None:
    inputs = saved(folder, picture)
    made = {bench.made(edit(folder, inputs, model=name)) for name in ("2511", "2509", "edit")}
    assert len(made) == 3


def test_the_same_seed_gives_the_same_bytes_also_after_a_job_of_the_other_workflow(
    bench: Bench, folder: Path, picture: Image.Image
) -> None:
    inputs = saved(folder, picture)
    clips, edits = clip(folder, inputs), edit(folder, inputs)
    first, second = bench.made(clips), bench.made(edits)
    assert bench.made(clips) == first
    assert bench.made(edits) == second
    assert bench.made(clip(folder, inputs, seed=8)) != first
    assert bench.made(edit(folder, inputs, seed=8)) != second


def test_a_list_of_one_is_not_the_bare_picture_and_modes_make_no_difference(
    bench: Bench, folder: Path, picture: Image.Image
) -> None:
    rgb = bench.made(edit(folder, saved(folder / "a", picture)))
    opaque = bench.made(edit(folder, saved(folder / "b", picture.convert("RGBA"))))
    assert rgb == opaque
    assert bench.made(edit(folder, saved(folder / "c", picture, picture, picture))) != rgb
