"""Tests of the engine `diffsynth`; those below `tiny` need torch."""

from importlib.util import find_spec

HAS_TORCH = find_spec("torch") is not None and find_spec("diffsynth") is not None
