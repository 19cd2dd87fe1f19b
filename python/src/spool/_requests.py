"""The typed arguments of a submit and of a download, as the API names them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from spool import _operations as operations
from spool._download import Download
from spool._http import Operation
from spool._submit import Picture
from spool.errors import DownloadError
from spool.job import Job, Output, Priority


class SubmitOptions(TypedDict, total=False):
    """What every submit takes; what is left out, the server decides.

    `idempotency_key` names the request: sent again with the same key, it gives the same job instead of a second one.
    """

    seed: int | None
    priority: Priority | None
    idempotency_key: str | None


class ModelOptions(SubmitOptions, total=False):
    """What `i2v` and `qwen` take: `steps` are denoising steps, `width` and `height` are in pixels."""

    negative_prompt: str | None
    preset: str | None
    steps: int | None
    cfg_scale: float | None
    width: int | None
    height: int | None


class VideoOptions(ModelOptions, total=False):
    """What `i2v` takes: `fps` in frames a second, `end_image` as the last frame."""

    end_image: Picture | None
    num_frames: int | None
    fps: int | None


class EditOptions(ModelOptions, total=False):
    """What `qwen` takes."""

    model: str | None


class UpscaleOptions(SubmitOptions, total=False):
    """What `upscale` takes: `scale` is 2 or 4."""

    scale: int | None


_OTHER_NAMES = {"steps": "num_inference_steps"}
_NOT_PARAMS = {"idempotency_key", "end_image"}


def _params(options: Mapping[str, object]) -> dict[str, object]:
    return {_OTHER_NAMES.get(name, name): value for name, value in options.items() if name not in _NOT_PARAMS}


def i2v(image: Picture, prompt: str, options: VideoOptions) -> Operation[Job]:
    """Submit a video."""
    pictures = [("input_image", image)]
    end = options.get("end_image")
    if end is not None:
        pictures.append(("end_image", end))
    return operations.submit("i2v", {"prompt": prompt, **_params(options)}, pictures, options.get("idempotency_key"))


def qwen(images: Picture | Sequence[Picture], prompt: str, options: EditOptions) -> Operation[Job]:
    """Submit an edit of one to three pictures."""
    several = images if isinstance(images, (list, tuple)) else [images]
    pictures = [("edit_image", cast("Picture", picture)) for picture in several]
    return operations.submit("qwen", {"prompt": prompt, **_params(options)}, pictures, options.get("idempotency_key"))


def upscale(image: Picture, options: UpscaleOptions) -> Operation[Job]:
    """Submit an enlargement."""
    return operations.submit("upscale", _params(options), [("input_image", image)], options.get("idempotency_key"))


def submit(
    workflow: str, body: Mapping[str, object], pictures: Sequence[tuple[str, Picture]], key: str | None
) -> Operation[Job]:
    """Submit any workflow, with parameters as the API names them and pictures by their fields."""
    if pictures:
        return operations.submit(workflow, body, pictures, key)
    return operations.submit_json(workflow, body, key)


def output_of(job: Job, index: int) -> Output:
    """Return the output with this index; raises `DownloadError` when the job has none."""
    for output in job.outputs:
        if output.index == index:
            return output
    raise DownloadError(f"Job {job.id} ({job.status}) has no output {index}.")


def download(job: Job, target: Path, index: int) -> Download:
    """Prepare to fetch an output."""
    output = output_of(job, index)
    path = f"{operations.job_path(job.id)}/outputs/{output.index}"
    return Download(path, target, f"{job.id}-{index}", size=output.bytes, digest=output.sha256)


def download_poster(job: Job, target: Path, index: int) -> Download:
    """Prepare to fetch the poster of an output."""
    output = output_of(job, index)
    path = f"{operations.job_path(job.id)}/outputs/{output.index}/poster"
    return Download(path, target, f"{job.id}-{index}-poster")
