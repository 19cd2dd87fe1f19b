"""Tiles cover a picture whole, overlap where they are mixed, and stay within the memory meant for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spool.worker.engines.upscale.tiles import CONTEXT, CORE, FADE, spans

LENGTHS = st.integers(1, 8192)
CORES = st.integers(32, CORE)


@given(LENGTHS, CORES)
def test_own_parts_follow_each_other_from_end_to_end(length: int, core: int) -> None:
    cut = spans(length, core)
    assert (cut[0].start, cut[-1].end) == (0, length)
    assert all(one.end == two.start for one, two in pairwise(cut))
    assert max(span.end - span.start for span in cut) <= core


@given(LENGTHS, CORES)
def test_neighbours_share_just_what_is_mixed(length: int, core: int) -> None:
    cut = spans(length, core)
    assert cut[0].fade == 0
    for one, two in pairwise(cut):
        assert (two.kept[0], one.kept[1]) == (two.start - FADE, two.start + FADE)
        assert two.fade == 2 * FADE
    for one, _, three in zip(cut, cut[1:], cut[2:], strict=False):
        assert one.kept[1] <= three.kept[0]


@given(LENGTHS, CORES)
def test_what_is_kept_inside_the_picture_has_context(length: int, core: int) -> None:
    for span in spans(length, core):
        assert span.window[0] in {0, span.start - CONTEXT}
        assert span.window[1] in {length, span.end + CONTEXT}
        assert span.window[0] <= span.kept[0] < span.kept[1] <= span.window[1]
        assert span.window[1] - span.window[0] <= core + 2 * CONTEXT


@pytest.mark.parametrize(("length", "count"), [(1, 1), (80, 1), (81, 2), (160, 2), (161, 3), (2000, 25)])
def test_tiles_are_as_few_and_as_equal_as_can_be(length: int, count: int) -> None:
    sizes = [span.end - span.start for span in spans(length)]
    assert len(sizes) == count
    assert max(sizes) - min(sizes) <= 1
