"""Where a running pipeline is looked at and stopped, from outside of diffsynth.

Steps are counted by the iterator that the pipeline takes for its progress bar, encoders by the runner of its units, the
VAE by hooks, which it calls once for each latent frame. Every block of a transformer asks whether the job is still
wanted. Nothing of this changes a number: with or without it the same bytes come out.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import torch
from diffsynth.diffusion import FlowMatchScheduler
from diffsynth.diffusion.base_pipeline import PipelineUnitRunner
from diffsynth.models.wan_video_vae import VideoVAE_

from spool.media import image as still

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from diffsynth.diffusion.base_pipeline import VAE, BasePipeline, PipelineUnit
    from PIL import Image
    from torch import Tensor, nn
    from torch.utils.hooks import RemovableHandle

    from spool.worker.engines.diffsynth.device import Device
    from spool.worker.engines.diffsynth.latents import Fitted
    from spool.worker.engines.diffsynth.stages import Counts, Stages

_UNITS = {"PromptEmbedder": "encode_text", "ImageEmbedderVAE": "encode_image", "EditImageEmbedder": "encode_image"}


class SeenScheduler(FlowMatchScheduler):
    """Shows after each step what the clean latents would be, by the direction in which the model points."""

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.show: Callable[[Tensor], None] | None = None

    def step(self, model_output: Tensor, timestep: Tensor, sample: Tensor, **options: object) -> Tensor:
        """Take the step as the pipeline would."""
        if self.show is not None:
            nearest = int((self.timesteps - timestep.cpu()).abs().argmin())
            self.show(sample - model_output * self.sigmas[nearest])
        return super().step(model_output, timestep, sample, **options)


class SeenUnits(PipelineUnitRunner):
    """Tells which encoder runs."""

    def __init__(self, stages: Stages, picture_steps: int) -> None:
        super().__init__()
        self._stages = stages
        self._picture_steps = picture_steps

    def __call__(self, unit: PipelineUnit, *arguments: object) -> tuple[object, ...]:
        """Run the unit as the pipeline would."""
        self._stages.check()
        phase = _UNITS.get(type(unit).__name__.rpartition("_")[2])
        if phase is not None:
            self._stages.enter(phase, self._picture_steps if phase == "encode_image" else 0)
        return super().__call__(unit, *arguments)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A warm pipeline, and what of it is looked at."""

    pipe: BasePipeline
    scheduler: SeenScheduler
    vae: VAE
    blocks: tuple[nn.Module, ...]
    device: Device
    fitted: Fitted

    def call(self, arguments: Mapping[str, object], counts: Counts, stages: Stages) -> list[Image.Image]:
        """Run the pipeline; raises `CanceledError` within a block of a cancel, `MemoryError` when memory runs out."""
        made = None
        # Not raised from torch's own error, whose traceback would keep everything that the forward had made.
        with suppress(torch.OutOfMemoryError), self._watched(counts, stages):
            made = self.pipe(**arguments, progress_bar_cmd=partial(_steps, counts, stages))
        if made is None:
            raise MemoryError
        return made if isinstance(made, list) else [made]

    @contextmanager
    def _watched(self, counts: Counts, stages: Stages) -> Generator[None]:
        """Watch what is called meanwhile; whatever ends it, the pipeline is afterwards as it was before."""
        runner = self.pipe.unit_runner
        handles: list[RemovableHandle] = []

        def before(*_: object) -> None:
            stages.check()

        def before_block(*_: object) -> None:
            stages.check()
            self.device.keep_close()

        def after(*_: object) -> None:
            stages.step()

        def show(latents: Tensor) -> None:
            if stages.report.preview_due():
                stages.report.preview("image/webp", *still.preview(self.fitted(latents)))

        try:
            for half in (self.vae.encoder, self.vae.decoder):
                handles += [half.register_forward_pre_hook(before), half.register_forward_hook(after)]
            handles += [block.register_forward_pre_hook(before_block) for block in self.blocks]
            self.pipe.unit_runner = SeenUnits(stages, counts.encodes)
            self.scheduler.show = show
            yield
            stages.leave()
        finally:
            for handle in handles:
                handle.remove()
            self.pipe.unit_runner, self.scheduler.show = runner, None
            if isinstance(self.vae, VideoVAE_):
                self.vae.clear_cache()
            self.pipe.load_models_to_device([])


def _steps(counts: Counts, stages: Stages, timesteps: Iterable[Tensor]) -> Iterator[Tensor]:
    """Count the steps of each phase; when the last is done, decoding begins."""
    phase = None
    for index, timestep in enumerate(timesteps):
        if counts.steps[index] != phase:
            phase = counts.steps[index]
            stages.enter(phase, counts.steps.count(phase))
        began = monotonic()
        yield timestep
        stages.step()
        stages.step_seconds.append(monotonic() - began)
    stages.enter("decode", counts.decodes)
