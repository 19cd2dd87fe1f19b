"""The engine: reads the pictures, draws, writes the files, and says nowhere that a model ran."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from spool import __version__
from spool.media import image as still
from spool.media.picture import UnreadablePictureError, read
from spool.media.video import VideoWriter
from spool.worker.classes import BY_WORKFLOW
from spool.worker.engines import Result
from spool.worker.engines.preview import qwen
from spool.worker.engines.preview.i2v import Clip
from spool.worker.engines.preview.params import picture_params, video_params
from spool.worker.errors import JobFailedError
from spool.worker.protocol import Output, Poster, Timings

if TYPE_CHECKING:
    from PIL import Image

    from spool.worker.cancel import CancelFlag
    from spool.worker.protocol import Run
    from spool.worker.report import Report

NOTICE = "no AI model ran"
MARK = f"Preview motion · {NOTICE}"


class PreviewEngine:
    """Runs `i2v` and `qwen` on any CPU in seconds, by geometry and colour alone."""

    name = "preview"

    def describe(self, workflow: str) -> tuple[str, ...]:
        """Fulfil every class: there is no model to lack."""
        return BY_WORKFLOW[workflow]

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:
        """Load nothing, and claim no phase for it."""

    def unload(self) -> None:
        """Hold nothing."""

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:
        """Make the clip or the edited picture."""
        Path(run.output_dir).mkdir(parents=True, exist_ok=True)
        return _video(run, report, cancel) if run.workflow == "i2v" else _picture(run, report, cancel)


def _pictures(run: Run, report: Report, cancel: CancelFlag) -> list[Image.Image]:
    pictures: list[Image.Image] = []
    for number, source in enumerate(run.inputs, start=1):
        cancel.raise_if_set()
        try:
            pictures.append(read(Path(source.path), source.orientation))
        except UnreadablePictureError as error:
            raise JobFailedError("bad_input", f"Picture {number}: {error}") from error
        report.progress("encode_image", number, len(run.inputs))
    if not pictures:
        raise JobFailedError("bad_input", "The job has no picture.")
    return pictures


def _video(run: Run, report: Report, cancel: CancelFlag) -> Result:
    params = video_params(run.params)
    report.plan({"encode_image": 4, "decode": 92, "encode": 4})
    clip = Clip(_pictures(run, report, cancel), params)
    metadata = _metadata(run, {"motions": clip.motions, "looks": clip.looks})
    path, poster = Path(run.output_dir, "video.mp4"), Path(run.output_dir, "poster.webp")
    began = monotonic()
    with VideoWriter(path, params.width, params.height, params.fps, metadata) as writer:
        for image in clip.frames():
            cancel.raise_if_set()
            if writer.frames == 0:
                still.write_poster(poster, image, MARK)
            writer.write(image)
            report.progress("decode", writer.frames, params.num_frames)
            _preview(report, image)
        drawn = monotonic()
        report.progress("encode")
    timings = Timings(decode_ms=_ms(drawn - began), encode_ms=_ms(monotonic() - drawn))
    output = Output(
        str(path),
        "video/mp4",
        params.width,
        params.height,
        writer.frames,
        params.fps,
        Poster(str(poster), "image/webp"),
    )
    return Result((output,), timings, (run.requirement,))


def _picture(run: Run, report: Report, cancel: CancelFlag) -> Result:
    params = picture_params(run.params)
    report.plan({"encode_image": 15, "decode": 65, "encode": 20})
    pictures = _pictures(run, report, cancel)
    path, poster = Path(run.output_dir, "picture.png"), Path(run.output_dir, "poster.webp")
    began = monotonic()

    def on_step(done: int, of: int, image: Image.Image) -> None:
        cancel.raise_if_set()
        report.progress("decode", done, of)
        _preview(report, image)

    image, edits = qwen.edit(pictures, params, on_step)
    drawn = monotonic()
    report.progress("encode")
    still.write_png(path, image, _metadata(run, {"edits": edits}))
    still.write_poster(poster, image, f"Preview edit · {NOTICE}")
    timings = Timings(decode_ms=_ms(drawn - began), encode_ms=_ms(monotonic() - drawn))
    output = Output(str(path), "image/png", image.width, image.height, poster=Poster(str(poster), "image/webp"))
    return Result((output,), timings, (run.requirement,))


def _metadata(run: Run, made: dict[str, object]) -> dict[str, object]:
    """Say what made the file. Neither the job nor the time stands in it: the same job gives the same bytes."""
    told = {
        "software": f"spool {__version__}",
        "engine": PreviewEngine.name,
        "notice": NOTICE,
        "workflow": run.workflow,
    }
    return {**told, **run.params, **made}


def _preview(report: Report, image: Image.Image) -> None:
    if report.preview_due():
        report.preview("image/webp", *still.preview(image))


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
