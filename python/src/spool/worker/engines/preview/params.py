"""The resolved parameters of a job as this engine needs them."""

from collections.abc import Mapping
from dataclasses import dataclass

from spool.worker.errors import JobFailedError


@dataclass(frozen=True, slots=True)
class PictureParams:
    """What every job has. Sizes in pixels."""

    prompt: str
    seed: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class VideoParams(PictureParams):
    """What an `i2v` job has besides; `fps` in frames a second."""

    num_frames: int
    fps: int
    end_image: bool


def picture_params(params: Mapping[str, object]) -> PictureParams:
    """Read the parameters of a `qwen` job; raises `JobFailedError` for a missing one."""
    return PictureParams(_prompt(params), *(_whole(params, name) for name in ("seed", "width", "height")))


def video_params(params: Mapping[str, object]) -> VideoParams:
    """Read the parameters of an `i2v` job; raises `JobFailedError` for a missing one."""
    numbers = (_whole(params, name) for name in ("seed", "width", "height", "num_frames", "fps"))
    return VideoParams(_prompt(params), *numbers, end_image=params.get("end_image") is True)


def _prompt(params: Mapping[str, object]) -> str:
    prompt = params.get("prompt", "")
    return prompt if isinstance(prompt, str) else ""


def _whole(params: Mapping[str, object], name: str) -> int:
    value = params.get(name)
    lowest = 0 if name == "seed" else 1
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise JobFailedError("bad_input", f"The parameter `{name}` is not a whole number of at least {lowest}.")
    return value
