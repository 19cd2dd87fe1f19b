"""`qwen` with Qwen-Image-Edit: how the pipeline is called for each of the three models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth import memory, output, pictures
from spool.worker.engines.diffsynth.models import Key
from spool.worker.engines.diffsynth.params import EditParams, edit_params
from spool.worker.engines.diffsynth.stages import Counts
from spool.worker.errors import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from spool.worker.engines.diffsynth.stages import Stages
    from spool.worker.protocol import Output, Run

DENOISE = "denoise"
SCHEDULERS = {"lightning": "Qwen-Image-Lightning", "quality": "Qwen-Image"}
"""The Lightning LoRAs were distilled with a schedule of their own; with the other one they make noise."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A job of `qwen`."""

    params: EditParams
    pictures: Sequence[Image.Image]
    """One to three, of the sizes that the model sees."""

    @classmethod
    def of(cls, run: Run) -> Edit:
        """Read the job; raises `JobFailedError` for what cannot be done."""
        params = edit_params(run.params)
        if params.model == "edit" and len(run.inputs) > 1:
            hint = "Ask for the model 2511, which takes up to three."
            raise JobFailedError("bad_input", "The first Qwen-Image-Edit takes one picture.", hint)
        sources = pictures.decode(run.inputs)
        return cls(params, pictures.edited(sources, params.width, params.height))

    @property
    def key(self) -> Key:
        """The pipeline that it needs."""
        return Key("qwen", self.params.model, self.params.preset)

    @property
    def forward_bytes(self) -> int:
        """What it takes beside the weights."""
        return memory.edit_forward(self.params, len(self.pictures))

    def counts(self) -> Counts:
        """Count what will happen."""
        return Counts([DENOISE] * self.params.steps, encodes=len(self.pictures), decodes=1)

    def shares(self) -> dict[str, float]:
        """Guess what each phase takes, in forwards of the transformer."""
        forwards = self.params.steps * (1 if self.params.cfg_scale == 1 else 2)
        return {"encode_image": 0.4, "encode_text": 0.4, DENOISE: forwards, "decode": 0.4, "encode": 0.6}

    def arguments(self, *, tiled: bool) -> Mapping[str, object]:
        """Return the arguments of the pipeline.

        By the form of `edit_image` it chooses the wording around the prompt: a list is what 2509 and 2511 were trained
        with, even for one picture, and a bare picture what the first model was.
        """
        return {
            "prompt": self.params.prompt,
            "negative_prompt": self.params.negative_prompt,
            "edit_image": self.pictures[0] if self.params.model == "edit" else list(self.pictures),
            "edit_image_auto_resize": False,
            "zero_cond_t": self.params.model == "2511",
            "seed": self.params.seed,
            "rand_device": "cpu",  # the same noise on every card
            "height": self.params.height,
            "width": self.params.width,
            "cfg_scale": self.params.cfg_scale,
            "num_inference_steps": self.params.steps,
            "tiled": tiled,
        }

    def told(self) -> dict[str, object]:
        """Say what was decided beside the parameters of the job."""
        return {"scheduler": SCHEDULERS[self.params.preset]}

    def write(self, folder: Path, made: Sequence[Image.Image], told: Mapping[str, object], stages: Stages) -> Output:
        """Write the file."""
        return output.write_picture(folder, made[0], told, stages)
