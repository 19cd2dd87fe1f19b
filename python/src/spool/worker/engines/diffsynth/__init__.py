"""DiffSynth on a GPU: Wan 2.2 for `i2v` and Qwen-Image-Edit for `qwen`.

Modules that need torch are `pipelines`, `seams`, `latents`, `device` and those below `tiny`; everything that is decided
is decided without it.
"""
