"""Several pictures in one: the first fills it, the others lie on it as small prints, or all stand side by side."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

from spool.media.picture import cover


def compose(pictures: Sequence[Image.Image], width: int, height: int, *, side_by_side: bool) -> Image.Image:
    """Return one picture of `width` by `height`."""
    if len(pictures) > 1 and side_by_side:
        return _side_by_side(pictures, width, height)
    whole = cover(pictures[0], width, height)
    for place, picture in enumerate(reversed(pictures[1:])):
        _lay_print(whole, picture, place)
    return whole


def _side_by_side(pictures: Sequence[Image.Image], width: int, height: int) -> Image.Image:
    gap = max(4, min(width, height) // 80)
    whole = Image.new("RGB", (width, height), (250, 248, 244))
    lying = width >= height
    length = (width if lying else height) - gap * (len(pictures) + 1)
    at = gap
    for place, picture in enumerate(pictures):
        share = length * (place + 1) // len(pictures) - length * place // len(pictures)
        size = (share, height - 2 * gap) if lying else (width - 2 * gap, share)
        whole.paste(cover(picture, *size), (at, gap) if lying else (gap, at))
        at += share + gap
    return whole


def _lay_print(whole: Image.Image, picture: Image.Image, place: int) -> None:
    """Lay a print with a white edge and a soft shadow into the lower right corner, the next one to its left."""
    edge = round(min(whole.size) * 0.27)
    border, gap = max(3, edge // 28), max(8, min(whole.size) // 32)
    inner = cover(picture, edge - 2 * border, edge - 2 * border)
    card = Image.new("RGB", (edge, edge), (255, 255, 255))
    card.paste(inner, (border, border))
    left = whole.width - gap - edge - place * (edge + gap)
    top = whole.height - gap - edge
    shadow = Image.new("L", whole.size, 0)
    lower = top + border
    ImageDraw.Draw(shadow).rectangle((left, lower, left + edge, lower + edge), fill=120)
    shadow = shadow.filter(ImageFilter.GaussianBlur(border * 1.6))
    whole.paste((0, 0, 0), (0, 0), shadow)
    whole.paste(card, (left, top))
