"""Spool: turn a picture into a video, or edit a picture, on GPUs that dial in from anywhere.

The names below are loaded when first used, so that a worker, which needs none of them, starts without an HTTP library.
"""

__version__ = "0.1.0"
