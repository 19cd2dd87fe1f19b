"""Pictures that tests of this folder share."""

from pathlib import Path

from PIL import Image

SAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "samples"


def sample(name: str, left: int, top: int, width: int, height: int) -> Image.Image:
    """Cut a part out of a sample photograph."""
    with Image.open(SAMPLES / name) as image:
        return image.convert("RGB").crop((left, top, left + width, top + height))


def fur(width: int, height: int) -> Image.Image:
    """Cut a part out of a cat: fine detail everywhere."""
    return sample("chelsea.png", 60, 40, width, height)
