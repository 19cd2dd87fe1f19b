"""The engine: keeps pipelines warm, refuses what cannot succeed before it begins, and writes the files."""

from __future__ import annotations

import contextlib
import importlib
import logging
import threading
from functools import cache
from importlib import metadata
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from spool import __version__
from spool.worker.classes import BY_WORKFLOW
from spool.worker.engines import EngineUnavailableError, Result
from spool.worker.engines.diffsynth import memory
from spool.worker.engines.diffsynth.check import check
from spool.worker.engines.diffsynth.header import shapes
from spool.worker.engines.diffsynth.models import classes_of
from spool.worker.engines.diffsynth.qwen import Edit
from spool.worker.engines.diffsynth.stages import Stages
from spool.worker.engines.diffsynth.wan import Clip
from spool.worker.errors import JobFailedError
from spool.worker.protocol import Timings

if TYPE_CHECKING:
    from collections.abc import Callable

    from spool.worker.cancel import CancelFlag
    from spool.worker.engines.diffsynth.models import Key, Models
    from spool.worker.engines.diffsynth.pipelines import Device, Loaded
    from spool.worker.protocol import Run
    from spool.worker.report import Report

DIFFSYNTH = "2.1.12"
"""The release that this engine was made for: its seams move from one to the next."""

HINT = "`infra/setup/setup.sh diffsynth` installs it."
LOADING = 20.0
"""What loading takes of a first job, in forwards of its transformer."""

log = logging.getLogger("spool.worker")


class DiffsynthEngine:
    """Runs `i2v` and `qwen`. Pipelines stay loaded while there is room; those used last stay the longest."""

    def __init__(self, name: str, models: Models, free: Callable[[], int] | None = None) -> None:
        """Take files from `models`; `free` says how many bytes of memory there are, if not the device is asked."""
        self.name = name
        self._models = models
        self._free = free
        self._device: Device | None = None
        self._warm: dict[Key, Loaded] = {}
        self._job: Clip | Edit | None = None
        self._load_ms = 0

    @property
    def device_name(self) -> str:
        """Where pipelines run; `cpu` before the first was loaded."""
        return "cpu" if self._device is None else self._device.name

    def describe(self, workflow: str) -> tuple[str, ...]:
        """Fulfil the classes of which all files are here; nothing is loaded for the answer."""
        try:
            found = metadata.version("diffsynth")
        except metadata.PackageNotFoundError as error:
            raise EngineUnavailableError(f"diffsynth {DIFFSYNTH} is not installed. {HINT}") from error
        if found != DIFFSYNTH:
            raise EngineUnavailableError(f"diffsynth is {found}, and this engine needs {DIFFSYNTH}. {HINT}")
        _import_ahead()
        lacking = {name: self._models.missing(key) for name, key in classes_of(workflow).items()}
        offered = tuple(name for name, why in lacking.items() if why is None)
        if not offered:
            raise EngineUnavailableError(next(why for why in lacking.values() if why))
        return offered

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:
        """Make the job's pipeline ready, if it is not warm, and sure that there is memory for this job."""
        self._job = job = Clip.of(run) if run.workflow == "i2v" else Edit.of(run)
        self._load_ms = 0
        cold = job.key not in self._warm
        report.plan(({"load": LOADING} if cold else {}) | job.shares())
        if cold:
            began = monotonic()
            report.progress("load")
            self._load(job, report, cancel)
            self._load_ms = _ms(monotonic() - began)
        else:
            self._make_room(job, job.forward_bytes)
            self._warm[job.key] = self._warm.pop(job.key)

    def unload(self) -> None:
        """Give all memory back."""
        self._warm.clear()
        if self._device is not None:
            self._device.release()

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:
        """Do the job that was loaded."""
        job, self._job = self._job, None
        if job is None:
            raise RuntimeError("run was called before load")
        loaded = self._warm[job.key]
        stages = Stages(report, cancel, loaded.device.settle)
        try:
            made = loaded.call(job.arguments(tiled=loaded.device.tiled), job.counts(), stages)
        except MemoryError as error:
            loaded.device.release()
            raise JobFailedError("out_of_memory", "The GPU ran out of memory.", memory.hint(job.params)) from error
        output = job.write(Path(run.output_dir), made, self._told(run, job), stages)
        self._log(run, stages)
        timings = Timings(
            load_ms=self._load_ms,
            denoise_ms=stages.milliseconds("denoise", "denoise_high", "denoise_low"),
            decode_ms=stages.milliseconds("decode"),
            encode_ms=stages.milliseconds("encode"),
            gpu_ms=stages.milliseconds(*(phase for phase in stages.seconds if phase != "encode")),
        )
        return Result((output,), timings, self._warm_classes())

    def _load(self, job: Clip | Edit, report: Report, cancel: CancelFlag) -> None:
        library = _library()
        device: Device = self._device or library.Device()
        self._device = device
        with self._models.files(job.key) as files:
            check(files, job.key.model)
            sizes = [memory.weights(shapes(paths), device.dtype.itemsize) for paths in files.models]
            self._make_room(job, sum(sizes) + job.forward_bytes)
            begun = 0

            def checkpoint() -> None:
                nonlocal begun
                cancel.raise_if_set()
                report.progress("load", min(begun, len(sizes)), len(sizes))
                begun += 1

            self._warm[job.key] = library.load(files, job.key.preset, device, checkpoint)

    def _make_room(self, job: Clip | Edit, need: int) -> None:
        """Unload what was not used for longest until `need` bytes are free; raises `JobFailedError` if they are not."""
        for other in [key for key in self._warm if key != job.key]:
            if need <= self._free_bytes():
                return
            log.info("Unloading %s to make room", other)
            del self._warm[other]
            if self._device is not None:
                self._device.release()
        memory.refuse(need, self._free_bytes(), job.params)

    def _free_bytes(self) -> int:
        if self._free is not None:
            return self._free()
        return self._device.free() if self._device is not None else memory.free_in_system()

    def _warm_classes(self) -> tuple[str, ...]:
        return tuple(
            name for workflow in BY_WORKFLOW if workflow != "upscale" for name, key in classes_of(workflow).items()
            if key in self._warm
        )  # fmt: skip

    def _told(self, run: Run, job: Clip | Edit) -> dict[str, object]:
        """Say what made the file. Neither the job nor the time stands in it: the same job gives the same bytes."""
        versions = {name: metadata.version(name) for name in ("diffsynth", "torch")}
        made = {"software": f"spool {__version__}", "engine": self.name, "workflow": run.workflow, **versions}
        return {**made, **self._models.told(job.key), **run.params, **job.told()}

    def _log(self, run: Run, stages: Stages) -> None:
        phases = ", ".join(f"{phase} {seconds:.2f} s" for phase, seconds in stages.seconds.items())
        steps = " ".join(f"{seconds:.2f}" for seconds in stages.step_seconds)
        log.info("Job %s: load %.2f s, %s; steps %s", run.job, self._load_ms / 1000, phases, steps)


def _library() -> Any:  # noqa: ANN401 - a module that needs torch, imported as late as can be: it takes ten seconds
    return importlib.import_module("spool.worker.engines.diffsynth.pipelines")


@cache
def _import_ahead() -> None:
    """Begin to import while the worker waits for its first job. What goes wrong here does so again at load."""

    def quietly() -> None:
        with contextlib.suppress(Exception):
            _library()

    threading.Thread(target=quietly, name="import", daemon=True).start()


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
