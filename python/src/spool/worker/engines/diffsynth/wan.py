"""`i2v` with Wan 2.2 I2V A14B: how the pipeline is called, and which phases that gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth import memory, output, pictures, schedule
from spool.worker.engines.diffsynth.models import Key
from spool.worker.engines.diffsynth.params import VideoParams, video_params
from spool.worker.engines.diffsynth.stages import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from spool.worker.engines.diffsynth.stages import Stages
    from spool.worker.protocol import Output, Run

HIGH, LOW = "denoise_high", "denoise_low"


@dataclass(frozen=True, slots=True)
class Clip:
    """A job of `i2v`."""

    params: VideoParams
    frames: Sequence[Image.Image]
    """The first frame and, if there is one, the last, both of the clip's size."""

    @classmethod
    def of(cls, run: Run) -> Clip:
        """Read the job; raises `JobFailedError` for what cannot be done."""
        params = video_params(run.params)
        sources = pictures.decode(run.inputs)
        return cls(params, pictures.frames(sources, params.width, params.height, end=params.end_image))

    @property
    def key(self) -> Key:
        """The pipeline that it needs."""
        return Key("i2v", "", self.params.preset)

    @property
    def forward_bytes(self) -> int:
        """What it takes beside the weights."""
        return memory.clip_forward(self.params)

    @property
    def high_steps(self) -> int:
        """How many of the steps the high-noise expert takes."""
        return schedule.high_steps(self.params.steps, self.params.preset)

    @property
    def boundary(self) -> float:
        """Where the low-noise expert takes over."""
        return schedule.boundary(self.params.steps, self.high_steps)

    def counts(self) -> Counts:
        """Count what will happen: the VAE works on the first frame, and then on four at a time."""
        latent_frames = (self.params.num_frames - 1) // 4 + 1
        steps = [HIGH] * self.high_steps + [LOW] * (self.params.steps - self.high_steps)
        return Counts(steps, encodes=latent_frames, decodes=latent_frames)

    def shares(self) -> dict[str, float]:
        """Guess what each phase takes, in forwards of the transformer."""
        passes = 1 if self.params.cfg_scale == 1 else 2
        high = passes * self.high_steps
        low = passes * self.params.steps - high
        return {"encode_text": 0.1, "encode_image": 0.4, HIGH: high, LOW: low, "decode": 0.7, "encode": 0.3}

    def arguments(self, *, tiled: bool) -> Mapping[str, object]:
        """Return the arguments of the pipeline."""
        first, *last = self.frames
        return {
            "prompt": self.params.prompt,
            "negative_prompt": self.params.negative_prompt,
            "input_image": first,
            "end_image": last[0] if last else None,
            "seed": self.params.seed,
            "rand_device": "cpu",  # the same noise on every card
            "height": self.params.height,
            "width": self.params.width,
            "num_frames": self.params.num_frames,
            "cfg_scale": self.params.cfg_scale,
            "num_inference_steps": self.params.steps,
            "sigma_shift": schedule.SHIFT,
            "switch_DiT_boundary": self.boundary,
            "tiled": tiled,
        }

    def told(self) -> dict[str, object]:
        """Say what was decided beside the parameters of the job."""
        return {"shift": schedule.SHIFT, "switch": round(self.boundary, 4), "high_noise_steps": self.high_steps}

    def write(self, folder: Path, made: Sequence[Image.Image], told: Mapping[str, object], stages: Stages) -> Output:
        """Write the file."""
        return output.write_clip(folder, made, self.params.fps, told, stages)
