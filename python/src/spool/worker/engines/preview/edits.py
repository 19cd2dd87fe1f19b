"""Edits of a still picture, each named by words of the prompt."""

import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from spool.media.picture import cover
from spool.worker.engines.preview import grade
from spool.worker.engines.preview.words import LOOKS

Edit = Callable[[Image.Image, random.Random], Image.Image]

CROP = 0.66


def crop(image: Image.Image, chance: random.Random) -> Image.Image:
    """Cut out the middle two thirds, a little off centre by chance."""
    width, height = round(image.width * CROP), round(image.height * CROP)
    left = round((image.width - width) * chance.uniform(0.4, 0.6))
    top = round((image.height - height) * chance.uniform(0.35, 0.55))
    part = image.crop((left, top, left + width, top + height))
    return part.resize(image.size, Image.Resampling.LANCZOS)


def mirror(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Swap left and right."""
    return ImageOps.mirror(image)


def upside_down(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Swap top and bottom."""
    return ImageOps.flip(image)


def sketch(image: Image.Image, chance: random.Random) -> Image.Image:
    """Draw in pencil: the grey picture divided by its own blurred negative, on warm paper with some grain."""
    grey = ImageOps.autocontrast(image.convert("L").filter(ImageFilter.MedianFilter(3)), cutoff=1)
    soft = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(max(3, min(image.size) // 60)))
    lines = _dodge(grey, soft).point([round(255 * (value / 255) ** 2.2) for value in range(256)])
    shade = grey.point([205 + value // 5 for value in range(256)])
    drawn = ImageChops.multiply(lines, shade)
    grain = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    grain = grain.filter(ImageFilter.GaussianBlur(1)).point([244 + value // 24 for value in range(256)])
    return ImageOps.colorize(ImageChops.multiply(drawn, grain), (38, 36, 40), (252, 249, 242))


def _dodge(below: Image.Image, above: Image.Image) -> Image.Image:
    """Blend by colour dodge: below / (255 - above)."""
    import numpy as np  # noqa: PLC0415 - only this edit needs it

    base = np.asarray(below, dtype=np.float32)
    room = np.maximum(255.0 - np.asarray(above, dtype=np.float32), 1.0)
    return Image.fromarray(np.clip(base * 255.0 / room, 0, 255).astype(np.uint8))


def paint(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Flatten small detail into strokes of one colour and lay soft dark outlines on top."""
    small = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)
    strokes = small.filter(ImageFilter.MedianFilter(5)).quantize(96, dither=Image.Dither.NONE)
    for size in (7, 5):
        # Of the palette's numbers, so that no colour comes out that the picture does not have.
        strokes = strokes.filter(ImageFilter.ModeFilter(size))
    flat = (
        strokes.convert("RGB")
        .filter(ImageFilter.SMOOTH)
        .resize(image.size, Image.Resampling.BICUBIC)
        .filter(ImageFilter.UnsharpMask(3, 40, 3))
    )
    edges = image.convert("L").filter(ImageFilter.GaussianBlur(1.4)).filter(ImageFilter.FIND_EDGES)
    ImageDraw.Draw(edges).rectangle((0, 0, image.width - 1, image.height - 1), outline=0)  # the filter skips the rim
    ink = ImageOps.invert(edges).point([min(255, 70 + value) for value in range(256)])
    return ImageEnhance.Color(ImageChops.multiply(flat, ink.convert("RGB"))).enhance(1.25)


def pixel(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Build the picture of big squares in few colours."""
    edge = max(4, max(image.size) // 96)
    small = image.resize((max(1, image.width // edge), max(1, image.height // edge)), Image.Resampling.BOX)
    few = small.quantize(48, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return few.resize(image.size, Image.Resampling.NEAREST)


def blur(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Blur what lies around the middle, as a wide aperture would."""
    soft = image.filter(ImageFilter.GaussianBlur(max(3, min(image.size) // 70)))
    focus = Image.new("L", image.size, 0)
    box = (image.width * 0.24, image.height * 0.18, image.width * 0.76, image.height * 0.86)
    ImageDraw.Draw(focus).ellipse(box, fill=255)
    focus = focus.filter(ImageFilter.GaussianBlur(min(image.size) // 7))
    return Image.composite(image, soft, focus)


def sharpen(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Bring out fine detail and local contrast."""
    local = image.filter(ImageFilter.UnsharpMask(radius=min(image.size) // 40, percent=22, threshold=0))
    return local.filter(ImageFilter.UnsharpMask(radius=1.6, percent=90, threshold=2))


def invert(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Make a negative."""
    return ImageOps.invert(image)


def vignette(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Darken the corners."""
    return grade.apply(image, grade.Look(grade.look_for(()).matrix, vignette=0.6))


def frame(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Put the picture on white card with a thin line around it."""
    border = round(min(image.size) * 0.055)
    inner = cover(image, image.width - 2 * border, image.height - 2 * border)
    card = Image.new("RGB", image.size, (250, 248, 244))
    ImageDraw.Draw(card).rectangle(
        (border - 2, border - 2, image.width - border + 1, image.height - border + 1), outline=(205, 200, 192)
    )
    card.paste(inner, (border, border))
    return card


def tone(image: Image.Image, _chance: random.Random) -> Image.Image:
    """Stretch the tones and add a little colour: what is done when no word names an edit."""
    stretched = ImageOps.autocontrast(image, cutoff=0.3, preserve_tone=True)
    return ImageEnhance.Color(Image.blend(image, stretched, 0.5)).enhance(1.06)


SHAPES: dict[str, Edit] = {
    "crop": crop, "mirror": mirror, "upside_down": upside_down, "sharpen": sharpen, "blur": blur,
    "paint": paint, "pixel": pixel, "sketch": sketch, "invert": invert,
}  # fmt: skip
FINISHES: dict[str, Edit] = {"vignette": vignette, "frame": frame}


def plan(names: Sequence[str]) -> list[tuple[str, Edit]]:
    """Put the named edits and looks into the order in which they go together: shape, look, finish."""
    looks = [name for name in names if name in LOOKS]
    steps = [(name, edit) for name, edit in SHAPES.items() if name in names]
    if looks:
        look = grade.look_for(looks)
        steps.append(("+".join(looks), lambda image, _chance: grade.apply(image, look)))
    steps += [(name, edit) for name, edit in FINISHES.items() if name in names]
    return steps or [("tone", tone)]
