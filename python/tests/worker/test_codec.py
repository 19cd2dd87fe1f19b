"""The codec takes one bounded value and nothing else."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spool.worker import codec

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=40)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


def nested(depth: int, inner: bytes = b"\xc0") -> bytes:
    return b"\x91" * depth + inner


@given(VALUES)
def test_what_is_encoded_decodes_to_the_same_value(value: object) -> None:
    assert codec.decode(codec.encode(value)) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_a_value_or_an_error(data: bytes) -> None:
    try:
        value = codec.decode(data)
    except codec.CodecError:
        return
    assert codec.decode(codec.encode(value)) == value or value != value  # noqa: PLR0124 - NaN is not itself


@given(VALUES, st.data())
def test_a_value_cut_short_is_an_error(value: object, data: st.DataObject) -> None:
    encoded = codec.encode(value)
    end = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(codec.CodecError):
        codec.decode(encoded[:end])


@given(VALUES, st.binary(min_size=1, max_size=10))
def test_bytes_behind_a_value_are_an_error(value: object, more: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(codec.encode(value) + more)


def test_sixteen_levels_pass_and_seventeen_do_not() -> None:
    assert codec.decode(nested(16)) is not None
    with pytest.raises(codec.CodecError, match="levels"):
        codec.decode(nested(17))


def test_empty_containers_count_as_levels_too() -> None:
    assert codec.decode(nested(15, b"\x90")) is not None
    with pytest.raises(codec.CodecError, match="levels"):
        codec.decode(nested(16, b"\x80"))


@pytest.mark.parametrize(
    "head", [b"\x91", b"\x81\xa1k", b"\xdc\x00\x01", b"\xdd\x00\x00\x00\x01", b"\xde\x00\x01\xa1k"]
)
def test_a_hundred_thousand_levels_are_an_error(head: bytes) -> None:
    with pytest.raises(codec.CodecError, match="levels"):
        codec.decode(head * 100_000 + b"\xc0")


@pytest.mark.parametrize(
    "data",
    [
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdb\x7f\xff\xff\xff",
        b"\xdd\x00\x10\x00\x00" * 10,
    ],
)
def test_lengths_that_promise_more_than_there_is_are_an_error(data: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(data)


@pytest.mark.parametrize("first", [0xC1, 0xC7, 0xC8, 0xC9, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8])
def test_extension_types_are_refused(first: int) -> None:
    with pytest.raises(codec.CodecError, match="not used"):
        codec.decode(bytes([first]) + bytes(40))


def test_a_text_that_is_not_utf8_is_an_error() -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(b"\xa2\xff\xfe")


def test_a_key_that_is_a_number_is_an_error() -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(b"\x81\x01\xc0")


def test_one_mebibyte_passes_and_one_byte_more_does_not() -> None:
    head = 5  # a bin with a length of four bytes
    fits = bytes(codec.MAX_FRAME_BYTES - head)
    assert codec.decode(codec.encode(fits)) == fits
    assert len(codec.frame(fits)) == 4 + codec.MAX_FRAME_BYTES
    with pytest.raises(codec.CodecError, match="limit"):
        codec.decode(codec.encode(fits + b"x"))
    with pytest.raises(codec.CodecError, match="limit"):
        codec.frame(fits + b"x")


def pair_with(data: bytes) -> socket.socket:
    """Return a socket from which `data` can be read, then the end."""
    near, far = socket.socketpair()

    def write() -> None:
        with far:
            far.sendall(data)

    threading.Thread(target=write, daemon=True).start()
    return near


def test_frames_are_read_one_by_one_up_to_the_end() -> None:
    with pair_with(codec.frame({"a": 1}) + codec.frame({"b": 2})) as link:
        assert codec.read_frame(link) == {"a": 1}
        assert codec.read_frame(link) == {"b": 2}
        assert codec.read_frame(link) is None


@pytest.mark.parametrize("cut", [1, 3, 4, 5])
def test_an_end_inside_a_frame_is_the_end(cut: int) -> None:
    with pair_with(codec.frame({"a": 1})[:cut]) as link:
        assert codec.read_frame(link) is None


def test_a_frame_over_the_limit_is_refused_by_its_length_alone() -> None:
    with (
        pair_with(struct.pack(">I", codec.MAX_FRAME_BYTES + 1)) as link,
        pytest.raises(codec.CodecError, match="limit"),
    ):
        codec.read_frame(link)
