"""The resolved parameters of a job as this engine needs them, and what it refuses instead of rounding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spool.worker.errors import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESETS = ("lightning", "quality")
MODELS = ("2511", "2509", "edit")


@dataclass(frozen=True, slots=True)
class Params:
    """What both workflows have. Sizes in pixels."""

    prompt: str
    negative_prompt: str
    preset: str
    steps: int
    cfg_scale: float
    width: int
    height: int
    seed: int


@dataclass(frozen=True, slots=True)
class VideoParams(Params):
    """What an `i2v` job has besides; `fps` in frames a second."""

    num_frames: int
    fps: int
    end_image: bool


@dataclass(frozen=True, slots=True)
class EditParams(Params):
    """What a `qwen` job has besides."""

    model: str


def video_params(params: Mapping[str, object]) -> VideoParams:
    """Read the parameters of an `i2v` job; raises `JobFailedError` for what the pipeline would round or not take."""
    num_frames, fps = _whole(params, "num_frames"), _whole(params, "fps")
    if num_frames % 4 != 1:
        raise _bad("`num_frames` is not one more than a multiple of 4.")
    return VideoParams(*_common(params, multiple=16), num_frames, fps, params.get("end_image") is True)


def edit_params(params: Mapping[str, object]) -> EditParams:
    """Read the parameters of a `qwen` job; raises `JobFailedError` for what the pipeline would round or not take."""
    return EditParams(*_common(params, multiple=32), _word(params, "model", MODELS))


def _common(params: Mapping[str, object], multiple: int) -> tuple[str, str, str, int, float, int, int, int]:
    width, height = _whole(params, "width"), _whole(params, "height")
    if width % multiple or height % multiple:
        raise _bad(f"`width` and `height` are not multiples of {multiple}.")
    cfg_scale = params.get("cfg_scale")
    if not isinstance(cfg_scale, int | float) or isinstance(cfg_scale, bool):
        raise _bad("`cfg_scale` is not a number.")
    return (
        _text(params, "prompt"),
        _text(params, "negative_prompt"),
        _word(params, "preset", PRESETS),
        _whole(params, "num_inference_steps"),
        float(cfg_scale),
        width,
        height,
        _whole(params, "seed", lowest=0),
    )


def _text(params: Mapping[str, object], name: str) -> str:
    value = params.get(name)
    return value if isinstance(value, str) else ""


def _word(params: Mapping[str, object], name: str, words: tuple[str, ...]) -> str:
    value = params.get(name)
    if not isinstance(value, str) or value not in words:
        raise _bad(f"`{name}` is none of {', '.join(words)}.")
    return value


def _whole(params: Mapping[str, object], name: str, lowest: int = 1) -> int:
    value = params.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise _bad(f"`{name}` is not a whole number of at least {lowest}.")
    return value


def _bad(sentence: str) -> JobFailedError:
    return JobFailedError("bad_input", sentence)
