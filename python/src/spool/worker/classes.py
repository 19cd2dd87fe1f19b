"""The requirement classes of each workflow: what a job needs of a worker beyond its workflow."""

I2V = tuple(
    f"i2v.{size}.{frames}.{preset}"
    for size in ("480p", "720p")
    for frames in (81, 161)
    for preset in ("lightning", "quality")
)
QWEN = tuple(f"qwen.{model}.{preset}" for model in ("2511", "2509", "edit") for preset in ("lightning", "quality"))
UPSCALE = ("upscale.2x", "upscale.4x")

BY_WORKFLOW = {"i2v": I2V, "qwen": QWEN, "upscale": UPSCALE}
