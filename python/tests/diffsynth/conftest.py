"""Tests that need torch are collected only where it is installed."""

from tests.diffsynth import HAS_TORCH

collect_ignore = [] if HAS_TORCH else ["tiny"]
