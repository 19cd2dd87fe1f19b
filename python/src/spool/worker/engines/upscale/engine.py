"""The engine: loads the network once, enlarges pictures, and says in each which weights made it."""

from __future__ import annotations

import importlib
import logging
from importlib import metadata
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from spool import __version__
from spool.media import image as still
from spool.media.picture import MAX_PIXELS, UnreadablePictureError, read_cut_out
from spool.worker.classes import BY_WORKFLOW, UPSCALE
from spool.worker.engines import EngineUnavailableError, Result
from spool.worker.engines.upscale import weights
from spool.worker.engines.upscale.enlarge import enlarge
from spool.worker.errors import JobFailedError
from spool.worker.protocol import Output, Poster, Timings

if TYPE_CHECKING:
    from types import ModuleType

    from PIL import Image

    from spool.worker.cancel import CancelFlag
    from spool.worker.engines.upscale.network import Network
    from spool.worker.protocol import Run
    from spool.worker.report import Report

SCALES = (2, 4)
HINT = "`make setup` installs what the engine upscale needs."

log = logging.getLogger("spool.worker")


class UpscaleEngine:
    """Runs `upscale` on any processor; the network stays loaded from the first job on and serves both scales."""

    name = "upscale"

    def __init__(self) -> None:
        self._network: Network | None = None
        self._load_ms = 0

    def describe(self, workflow: str) -> tuple[str, ...]:
        """Fulfil both scales if ncnn and the weights are there."""
        try:
            weights.find()
            import_network()
        except weights.UnavailableError as error:
            raise EngineUnavailableError(f"{error} {HINT}") from error
        return BY_WORKFLOW[workflow]

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:
        """Load the network before the first job: 33 MB, half a second."""
        report.plan({"load": 2, "decode": 94, "encode": 4})
        self._load_ms = 0
        if self._network is not None:
            return
        cancel.raise_if_set()
        log.info("Loading %s for job %s", weights.MODEL, run.job)
        report.progress("load")
        began = monotonic()
        try:
            files = weights.find()
            files.verify()
            module = import_network()
        except weights.UnavailableError as error:
            raise JobFailedError("missing_weights", str(error), HINT) from error
        self._network = module.Network(files, module.usable_threads())
        self._load_ms = _ms(monotonic() - began)

    def unload(self) -> None:
        """Give the network's memory back."""
        self._network = None

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:
        """Enlarge the picture; a cancel is seen some twenty times a tile and while the file is written."""
        network = self._network
        if network is None:
            raise RuntimeError("run was called before load")
        cancel.raise_if_set()
        scale = _scale(run)
        source = _source(run, scale)
        began = monotonic()
        try:
            enlarged = enlarge(
                source,
                scale,
                lambda tile: network(tile, cancel.raise_if_set),
                lambda done, of: report.progress("decode", done, of),
            )
        finally:
            network.rest()
        drawn = monotonic()
        report.progress("encode")
        output = _write(run, enlarged, cancel)
        timings = Timings(self._load_ms, decode_ms=_ms(drawn - began), encode_ms=_ms(monotonic() - drawn))
        return Result((output,), timings, UPSCALE)


def import_network() -> ModuleType:
    """Import the module that needs ncnn; raises `UnavailableError` where ncnn is absent or does not load."""
    try:
        return importlib.import_module("spool.worker.engines.upscale.network")
    except (ImportError, OSError) as error:
        raise weights.UnavailableError(f"ncnn, which runs the network, cannot be imported ({error}).") from error


def _scale(run: Run) -> int:
    scale = run.params.get("scale")
    if not isinstance(scale, int) or scale not in SCALES:
        raise JobFailedError("bad_input", "The parameter `scale` is neither 2 nor 4.")
    return scale


def _source(run: Run, scale: int) -> Image.Image:
    if not run.inputs:
        raise JobFailedError("bad_input", "The job has no picture.")
    try:
        source = read_cut_out(Path(run.inputs[0].path), run.inputs[0].orientation)
    except UnreadablePictureError as error:
        raise JobFailedError("bad_input", f"Picture 1: {error}") from error
    width, height = source.width * scale, source.height * scale
    if width * height > MAX_PIXELS:
        message = f"The result would have {width} by {height} pixels, more than {MAX_PIXELS:,}."
        raise JobFailedError("result_too_large", message, "Ask for a smaller scale.")
    return source


def _write(run: Run, image: Image.Image, cancel: CancelFlag) -> Output:
    folder = Path(run.output_dir)
    folder.mkdir(parents=True, exist_ok=True)
    path, poster = folder / "picture.png", folder / "poster.webp"
    still.write_png(path, image, _metadata(run), cancel.raise_if_set)
    still.write_poster(poster, image)
    return Output(str(path), "image/png", image.width, image.height, poster=Poster(str(poster), "image/webp"))


def _metadata(run: Run) -> dict[str, object]:
    """Say what made the file. Neither the job nor the time stands in it: the same job gives the same bytes."""
    told = {
        "software": f"spool {__version__}",
        "engine": UpscaleEngine.name,
        "workflow": run.workflow,
        "model": weights.MODEL,
        "weights_sha256": weights.NUMBERS.sha256,
        "ncnn": metadata.version("ncnn"),
    }
    return {**told, **run.params}


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
