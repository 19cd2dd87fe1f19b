"""Frames and bounded MessagePack.

A frame is a 32-bit big-endian length followed by one MessagePack value. What arrives is walked once without building
anything, and without recursion, before it is decoded: neither deep nesting nor a length that promises more than the
frame holds can cost more than the frame itself.
"""

import struct
from typing import Protocol

import msgpack

MAX_FRAME_BYTES = 1 << 20
MAX_DEPTH = 16

_LENGTH = struct.Struct(">I")

# First byte of a value -> (bytes of its length field, kind). Values of a fixed size have their size in _FIXED.
_SIZED = {
    0xC4: (1, "raw"), 0xC5: (2, "raw"), 0xC6: (4, "raw"),
    0xD9: (1, "raw"), 0xDA: (2, "raw"), 0xDB: (4, "raw"),
    0xDC: (2, "array"), 0xDD: (4, "array"), 0xDE: (2, "map"), 0xDF: (4, "map"),
}  # fmt: skip
_FIXED = {
    0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8,
    0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,
}  # fmt: skip


class CodecError(ValueError):
    """Bytes that are not one MessagePack value within the limits."""


class Readable(Protocol):
    """The one method of a socket that reading a frame needs."""

    def recv_into(self, buffer: memoryview, /) -> int:
        """Fill the front of `buffer`; 0 means the end of the stream."""
        ...


def encode(value: object) -> bytes:
    """Encode one value: integers in their smallest form, floats with 64 bits, bytes as `bin`, keys in their order."""
    return msgpack.packb(value, use_bin_type=True)


def decode(data: bytes | bytearray) -> object:
    """Decode exactly one value of at most 16 levels and 1 MiB; raises `CodecError` for everything else."""
    if len(data) > MAX_FRAME_BYTES:
        raise CodecError(f"a message of {len(data)} bytes is over the limit of {MAX_FRAME_BYTES}")
    _check(bytes(data))
    try:
        return msgpack.unpackb(data, raw=False, strict_map_key=True)
    except ValueError as error:
        raise CodecError(f"not a MessagePack message: {error}") from error


def frame(value: object) -> bytes:
    """Encode one value with its length in front; raises `CodecError` when it is over 1 MiB."""
    body = encode(value)
    if len(body) > MAX_FRAME_BYTES:
        raise CodecError(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME_BYTES}")
    return _LENGTH.pack(len(body)) + body


def read_frame(source: Readable) -> object | None:
    """Read and decode the next frame; `None` at the end of the stream, also in the middle of a frame."""
    head = _read_exactly(source, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME_BYTES:
        raise CodecError(f"a frame of {length} bytes is over the limit of {MAX_FRAME_BYTES}")
    body = _read_exactly(source, length)
    return None if body is None else _named(decode(body))


def _named(value: object) -> object:
    """Keep a frame that holds nil apart from the end of the stream."""
    if value is None:
        raise CodecError("a message is a map, not nil")
    return value


def _read_exactly(source: Readable, count: int) -> bytearray | None:
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = source.recv_into(view)
        if got == 0:
            return None
        view = view[got:]
    return data


def _check(data: bytes) -> None:
    """Walk the values of `data` and raise `CodecError` unless they are one complete value within the limits."""
    at, end = 0, len(data)
    open_values = [1]  # how many values each open array or map still lacks, the outermost first
    while open_values:
        if open_values[-1] == 0:
            open_values.pop()
            continue
        open_values[-1] -= 1
        if at >= end:
            raise CodecError("the message ends too early")
        at, children = _step(data, at)
        if at > end or children > end - at:
            raise CodecError("the message is shorter than its lengths promise")
        if children >= 0:
            if len(open_values) > MAX_DEPTH:
                raise CodecError(f"more than {MAX_DEPTH} levels of nesting")
            open_values.append(children)
    if at != end:
        raise CodecError(f"{end - at} bytes follow the message")


def _step(data: bytes, at: int) -> tuple[int, int]:
    """Pass one head: where the next value begins, and the number of values inside (-1 for a plain value)."""
    first = data[at]
    at += 1
    if first < 0x80 or first >= 0xE0:
        return at, -1
    if first < 0x90:
        return at, 2 * (first & 0x0F)
    if first < 0xA0:
        return at, first & 0x0F
    if first < 0xC0:
        return at + (first & 0x1F), -1
    if first in _FIXED:
        return at + _FIXED[first], -1
    if first not in _SIZED:
        raise CodecError(f"type 0x{first:02x} is not used here")
    width, kind = _SIZED[first]
    size = int.from_bytes(data[at : at + width], "big")
    at += width
    if kind == "raw":
        return at + size, -1
    return at, 2 * size if kind == "map" else size
