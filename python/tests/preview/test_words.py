"""Prompts are read by their words."""

import pytest

from spool.worker.engines.preview import words


@pytest.mark.parametrize(
    ("prompt", "motions"),
    [
        ("the cat turns its head", ()),
        ("Zoom in on the cup", ("zoom_in",)),
        ("slowly zooming out over the city", ("zoom_out",)),
        ("zooms in, then pans left", ("zoom_in", "pan_left")),
        ("camera moves to the right", ("pan_right",)),
        ("a bright light", ()),
        ("tilt up", ("tilt_up",)),
        ("looking down the stairs", ("tilt_down",)),
        ("the cup of coffee, upset", ()),
        ("orbiting shot, handheld", ("orbit", "shake")),
        ("dolly in", ("dolly_in",)),
        ("dolly out", ("dolly_out",)),
        ("shaky footage", ("shake",)),
        ("static shot", ("still",)),
    ],
)
def test_motions(prompt: str, motions: tuple[str, ...]) -> None:
    assert words.found(prompt, words.MOTIONS) == motions


@pytest.mark.parametrize(
    ("prompt", "looks"),
    [
        ("black and white portrait", ("mono",)),
        ("film NOIR", ("mono",)),
        ("golden hour, vivid", ("warm", "vivid")),
        ("a knight", ()),
        ("at night", ("night",)),
        ("foggy dusk", ("dusk", "dreamy")),
    ],
)
def test_looks(prompt: str, looks: tuple[str, ...]) -> None:
    assert words.found(prompt, words.LOOKS) == looks


@pytest.mark.parametrize(
    ("prompt", "edits"),
    [
        ("crop to the face", ("crop",)),
        ("flip it", ("mirror",)),
        ("turn it upside down", ("upside_down",)),
        ("a pencil sketch", ("sketch",)),
        ("oil painting with a white border", ("paint", "frame")),
        ("a spoiler", ()),
        ("blurred background", ("blur",)),
    ],
)
def test_edits(prompt: str, edits: tuple[str, ...]) -> None:
    assert words.found(prompt, words.EDITS) == edits


def test_the_pace_follows_slow_and_fast_words() -> None:
    assert words.pace("slow zoom in") < words.pace("zoom in") < words.pace("fast zoom in")
