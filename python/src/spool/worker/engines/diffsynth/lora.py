"""Which layers of a model a LoRA changes.

diffsynth leaves out silently what it does not recognise: a LoRA with foreign names changes nothing and says so only in
a line on the standard output. Here the same names are matched before anything is loaded.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from spool.worker.engines.diffsynth.header import Shapes, refused, shapes

if TYPE_CHECKING:
    from pathlib import Path

UP_DOWN = ((".lora_up.", ".lora_down."), (".lora_B.", ".lora_A."))
OWN_PREFIX = "diffusion_model."

log = logging.getLogger("spool.worker")


def check(path: Path, model: Shapes) -> int:
    """Return how many layers of `model` the LoRA changes; raises `JobFailedError` for none, or for other sizes."""
    pairs = layers(shapes([path]))
    known = {name: pair for name, pair in pairs.items() if f"{name}.weight" in model}
    if not known:
        raise refused(path, "changes no layer of this model: it is a LoRA for another one")
    for name, (up, down) in known.items():
        wanted = model[f"{name}.weight"]
        if (up[0], down[1]) != wanted[:2]:
            sizes = f"{name} is {wanted[0]} by {wanted[1]} in it, not {up[0]} by {down[1]}"
            raise refused(path, f"is a LoRA for another model than this: {sizes}")
    if len(known) < len(pairs):
        log.warning("%s has %d layers that this model does not know", path.name, len(pairs) - len(known))
    return len(known)


def layers(tensors: Shapes) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the shapes of both factors by the layer they are for, under the names that diffsynth reads."""
    found: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for key, shape in tensors.items():
        for up, down in UP_DOWN:
            other = tensors.get(key.replace(up, down))
            if up in key and other is not None:
                found[key.partition(up)[0].removeprefix(OWN_PREFIX)] = (shape, other)
    return found
