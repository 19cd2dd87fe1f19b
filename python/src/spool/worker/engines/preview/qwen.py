"""An edited picture: the words of the prompt name the edits, the seed decides the little that is left to chance."""

import random
from collections.abc import Callable, Sequence

from PIL import Image

from spool.worker.engines.preview import words
from spool.worker.engines.preview.composite import compose
from spool.worker.engines.preview.edits import plan
from spool.worker.engines.preview.params import PictureParams

Step = Callable[[int, int, Image.Image], None]


def edit(pictures: Sequence[Image.Image], params: PictureParams, on_step: Step) -> tuple[Image.Image, list[str]]:
    """Return the edited picture and the names of what was done; `on_step(done, of, so_far)` comes after each edit."""
    wanted = words.found(params.prompt, words.EDITS) + words.found(params.prompt, words.LOOKS)
    steps = plan(wanted)
    chance = random.Random(params.seed)  # noqa: S311 - the same seed must give the same picture
    image = compose(pictures, params.width, params.height, side_by_side="grid" in wanted)
    for done, (_, apply) in enumerate(steps, start=1):
        image = apply(image, chance)
        on_step(done, len(steps), image)
    return image, [name for name, _ in steps]
