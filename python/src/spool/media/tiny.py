"""Tiny valid picture files made by hand, for engines that must start without an imaging library."""

import random
import struct
import zlib
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK_OVERHEAD = 12
_PIECE = 1 << 20


def png(width: int, height: int, rgb: bytes) -> bytes:
    """Return an 8-bit RGB PNG of `width` by `height` pixels, from 3 bytes a pixel in rows from the top."""
    stride = 3 * width
    rows = b"".join(b"\0" + rgb[at : at + stride] for at in range(0, stride * height, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 1)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def padded(picture: bytes, size: int, seed: int) -> Iterator[bytes]:
    """Yield the PNG `picture` in pieces of `size` bytes together, with noise in private ancillary chunks.

    The noise follows `seed` and does not compress. A file cannot get smaller, and a chunk has 12 bytes of its own:
    below `len(picture) + 12` the picture stays as it is.
    """
    room = size - len(picture)
    if room < _CHUNK_OVERHEAD:
        yield picture
        return
    end = len(picture) - _CHUNK_OVERHEAD  # IEND is an empty chunk
    noise = random.Random(seed)  # noqa: S311 - filler, not a secret
    yield picture[:end]
    while room:
        take = min(room, _PIECE)
        if 0 < room - take < _CHUNK_OVERHEAD:
            take -= _CHUNK_OVERHEAD
        yield _chunk(b"spAd", noise.randbytes(take - _CHUNK_OVERHEAD))
        room -= take
    yield picture[end:]


def webp(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    """Return a lossless WebP of one colour: five prefix codes of one symbol each, so that no pixel takes a bit.

    Layout: RFC 9649, section 3 (WebP lossless bitstream).
    """
    bits, count = 0, 0
    red, green, blue = rgb
    fields = [(width - 1, 14), (height - 1, 14), (0, 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    for symbol in (green, red, blue, 255, 0):
        fields += [(1, 1), (0, 1), (1, 1), (symbol, 8)]
    for value, length in fields:
        bits |= value << count
        count += length
    data = b"\x2f" + bits.to_bytes((count + 7) // 8, "little")
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body
