"""Real-ESRGAN on the processor: a real model that any node can run, for `upscale`.

Both scales use the photo model `realesrgan-x4plus`. It enlarges four times; for a scale of 2 each two by two pixels of
that are averaged. The lighter video model of the same package takes a thirtieth of the time, but draws fur, foam and
bark with a brush.
"""

from spool.worker.engines.upscale.engine import UpscaleEngine

WORKFLOWS = ("upscale",)


def create() -> UpscaleEngine:
    """Make the engine."""
    return UpscaleEngine()
