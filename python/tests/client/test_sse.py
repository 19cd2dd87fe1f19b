"""Events come out whole, wherever the bytes were cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from spool._sse import Event, EventParser

LINE = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)
IDS = st.none() | LINE.filter(bool)


def written(event: Event, ending: str) -> str:
    lines = [f"event: {event.name}"]
    lines += [f"data: {line}" for line in event.data.split("\n")]
    if event.id is not None:
        lines.append(f"id: {event.id}")
    return "".join(line + ending for line in [*lines, ""])


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(
    st.lists(st.tuples(LINE.filter(bool), st.lists(LINE, min_size=1, max_size=3), LINE.filter(bool)), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 10_000), max_size=30),
    st.booleans(),
)
def test_events_do_not_depend_on_where_the_bytes_are_cut(
    parts: list[tuple[str, list[str], str]],
    ending: str,
    cuts: list[int],
    with_heartbeats: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    events = [Event(name, "\n".join(lines), id_) for name, lines, id_ in parts]
    heartbeat = f": alive{ending}{ending}" if with_heartbeats else ""
    data = "".join(heartbeat + written(event, ending) for event in events).encode()
    parser = EventParser()
    found = [event for piece in pieces(data, cuts) for event in parser.feed(piece)]
    if ending == "\r":
        # A CR at the very end may still be half of a line end; the next byte decides.
        found += parser.feed(b":")
    assert found == events


@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=10))
def test_any_bytes_give_the_same_events_in_any_pieces(data: bytes, cuts: list[int]) -> None:
    whole, cut = EventParser(), EventParser()
    expected = whole.feed(data)
    assert [event for piece in pieces(data, cuts) for event in cut.feed(piece)] == expected
    assert cut.last_id == whole.last_id


def test_an_id_holds_until_the_next_one() -> None:
    found = EventParser("before").feed(b"data: a\n\nid: 7\ndata: b\n\ndata: c\n\n")
    assert [event.id for event in found] == ["before", "7", "7"]


def test_an_id_counts_only_when_its_event_is_complete() -> None:
    parser = EventParser("6")
    parser.feed(b"id: 7\ndata: cut off")
    assert parser.last_id == "6"
    parser.feed(b"\n\n")
    assert parser.last_id == "7"


def test_a_comment_is_no_event() -> None:
    assert EventParser().feed(b": alive\n\n:\n\n") == []


def test_a_byte_order_mark_is_passed_over() -> None:
    assert EventParser().feed(b"\xef\xbb\xbfdata: x\n\n") == [Event("message", "x", None)]
