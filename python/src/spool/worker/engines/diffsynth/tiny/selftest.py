"""`spool-worker selftest`: whether this node can run the engine `diffsynth`, without its weights."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic
from typing import TYPE_CHECKING

import av
from PIL import Image

from spool.worker.cancel import CancelFlag
from spool.worker.engines import EngineUnavailableError
from spool.worker.engines.diffsynth.tiny import NOTICE, create
from spool.worker.protocol import Input, Preview, Progress, Run
from spool.worker.report import Pacer, Report

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import IO

    from spool.worker.engines import Result
    from spool.worker.engines.diffsynth.engine import DiffsynthEngine
    from spool.worker.protocol import FromWorker

EXIT_OK = 0
EXIT_FAILED = 1

_COMMON: dict[str, object] = {"prompt": "a self-test", "cfg_scale": 1.0, "width": 128, "height": 96, "seed": 1}
CLIP: dict[str, object] = {
    **_COMMON,
    "preset": "lightning",
    "num_inference_steps": 8,
    "num_frames": 9,
    "fps": 16,
    "end_image": False,
}
EDIT: dict[str, object] = {**_COMMON, "preset": "lightning", "num_inference_steps": 4, "model": "2511"}
GUIDED: dict[str, object] = {"preset": "quality", "cfg_scale": 3.5, "negative_prompt": "blurry"}
JOBS: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    ("i2v, lightning", "i2v", CLIP),
    ("i2v, lightning, with a last frame", "i2v", {**CLIP, "end_image": True}),
    ("i2v, quality", "i2v", {**CLIP, **GUIDED}),
    ("qwen 2511, lightning", "qwen", EDIT),
    ("qwen edit, lightning", "qwen", {**EDIT, "model": "edit"}),
    ("qwen 2509, quality", "qwen", {**EDIT, **GUIDED, "model": "2509"}),
)


class WrongResultError(Exception):
    """A job ended well and left something else than it should."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The engine and a folder for pictures and results."""

    engine: DiffsynthEngine
    folder: Path

    def made(self, name: str, workflow: str, params: Mapping[str, object]) -> bytes:
        """Run a job, look at what it left, and return the bytes of its file."""
        count = 2 if params.get("end_image") or params.get("model") == "2511" else 1
        sent: list[FromWorker] = []
        run = Run("selftest", 1, workflow, name, params, self._inputs(count), str(self.folder / "out"))
        report, cancel = Report(run.job, sent.append, Pacer(sent.append)), CancelFlag()
        self.engine.load(run, report, cancel)
        result = self.engine.run(run, report, cancel)
        _look_at(result, params, sent)
        return Path(result.outputs[0].path).read_bytes()

    def _inputs(self, count: int) -> tuple[Input, ...]:
        path = self.folder / "picture.png"
        if not path.exists():
            Image.linear_gradient("L").convert("RGB").save(path)
        return (Input(str(path), "image/png", 1),) * count


def _look_at(result: Result, params: Mapping[str, object], sent: list[FromWorker]) -> None:
    (output,) = result.outputs
    if (output.width, output.height) != (params["width"], params["height"]):
        raise WrongResultError(f"the result has {output.width} by {output.height} pixels")
    if output.content_type == "video/mp4":
        with av.open(output.path) as clip:
            frames, told = clip.streams.video[0].frames, clip.metadata["comment"]
        if frames != params["num_frames"]:
            raise WrongResultError(f"the clip has {frames} frames")
    else:
        with Image.open(output.path) as picture:
            told = picture.info["parameters"]
    if json.loads(told)["notice"] != NOTICE:
        raise WrongResultError("the file does not say that it is noise")
    kinds = {type(message) for message in sent}
    if not kinds >= {Progress, Preview}:
        raise WrongResultError("neither progress nor a preview was told" if not kinds else "something was not told")


@dataclass(frozen=True, slots=True)
class Voice:
    """Says how it goes, and keeps what libraries print for when something fails."""

    own: IO[str]
    library: IO[bytes]

    def say(self, line: str) -> None:
        """Print a line."""
        self.own.write(line + "\n")
        self.own.flush()

    def tail(self) -> str:
        """Return the end of what libraries printed."""
        self.library.seek(0)
        return self.library.read().decode(errors="replace")[-4000:]


@contextmanager
def _hushed() -> Generator[Voice]:
    """Send all that is printed elsewhere: libraries write to the descriptors, not only to what Python has over them."""
    kept = os.dup(1), os.dup(2)
    with TemporaryFile() as library, os.fdopen(os.dup(1), "w") as own:
        try:
            os.dup2(library.fileno(), 1)
            os.dup2(library.fileno(), 2)
            yield Voice(own, library)
        finally:
            sys.stdout.flush()
            for descriptor, old in enumerate(kept, start=1):
                os.dup2(old, descriptor)
                os.close(old)


def main() -> int:
    """Run both workflows with tiny random weights on the device that is here; returns the exit status."""
    began = monotonic()
    engine = create()
    try:
        engine.describe("i2v")
    except EngineUnavailableError as error:
        sys.stderr.write(f"spool-worker: {error}\n")
        return EXIT_FAILED
    with _hushed() as voice, TemporaryDirectory(prefix="spool-selftest-") as folder:
        voice.say("Tiny models with random weights: this shows that the node works. The pictures are noise.")
        bench = Bench(engine, Path(folder))
        good = False not in [_tried(voice, bench, *job) for job in JOBS] and _repeats(voice, bench)
        verdict = f"{'passed' if good else 'FAILED'} on {engine.device_name} in {monotonic() - began:.1f} s"
        voice.say(f"selftest {verdict}. The pictures were noise.")
        engine.unload()
    return EXIT_OK if good else EXIT_FAILED


def _tried(voice: Voice, bench: Bench, name: str, workflow: str, params: Mapping[str, object]) -> bool:
    began = monotonic()
    try:
        bench.made(name, workflow, params)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
        voice.say(f"{voice.tail()}\n{name:36} FAILED: {type(error).__name__}: {error}")
        return False
    voice.say(f"{name:36} ok ({monotonic() - began:.1f} s)")
    return True


def _repeats(voice: Voice, bench: Bench) -> bool:
    for name, workflow, params in (JOBS[0], JOBS[3]):
        if bench.made(name, workflow, params) != bench.made(name, workflow, params):
            voice.say(f"{name:36} FAILED: the same seed gave other bytes")
            return False
    voice.say(f"{'the same seed, the same bytes':36} ok")
    return True
