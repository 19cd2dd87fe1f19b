"""What a prompt asks for, read by its words. No language model: a word either stands there or it does not."""

import re
from collections.abc import Mapping

_ENDING = "(?:s|ing|ed|es)?"


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


MOTIONS: Mapping[str, re.Pattern[str]] = {
    "zoom_in": _phrases(
        rf"zoom{_ENDING}(?!\W+out)", rf"push{_ENDING} in", "closer", "close-?up", rf"approach{_ENDING}"
    ),
    "zoom_out": _phrases(
        rf"zoom{_ENDING}\W+out", rf"pull{_ENDING} (?:back|out|away)", rf"reveal{_ENDING}", "wide shot"
    ),
    "dolly_in": _phrases("dolly(?:ing)?(?! (?:out|back))", "moves? forward", "fly through", "walk(?:s|ing)? towards?"),
    "dolly_out": _phrases("dolly(?:ing)? (?:out|back)", "moves? backwards?"),
    "pan_left": _phrases("left(?:wards?)?"),
    "pan_right": _phrases("right(?:wards?)?"),
    "tilt_up": _phrases("up(?:wards?)?", rf"rise{_ENDING}", "rising", rf"lift{_ENDING} off", "launch(?:es|ing)?"),
    "tilt_down": _phrases("down(?:wards?)?", rf"lower{_ENDING}", rf"sink{_ENDING}"),
    "orbit": _phrases(rf"orbit{_ENDING}", "orbital", r"circl(?:es?|ing) around", "arc shot", rf"turn{_ENDING} around"),
    "shake": _phrases("shak(?:es?|ing|y)", "handheld", "hand-held", "earthquake", "tremor"),
    "still": _phrases("still", "static", "locked", "no camera (?:motion|movement)"),
}

LOOKS: Mapping[str, re.Pattern[str]] = {
    "mono": _phrases("black[ -]and[ -]white", "b&w", "monochrome", "gr[ae]yscale", "noir"),
    "sepia": _phrases("sepia", "vintage", "antique", "old photo(?:graph)?", "retro"),
    "warm": _phrases("warm(?:er|th)?", "golden", "sunset", "sunrise", "autumn", "candle ?light"),
    "cold": _phrases("cold(?:er)?", "cool(?:er)?", "winter", "icy", "snow(?:y)?", "frozen"),
    "night": _phrases("night(?:time)?", "moonlight", "moonlit", "midnight", "dark(?:er)?"),
    "dusk": _phrases("dusk", "twilight", "blue hour", "evening"),
    "vivid": _phrases("vivid", "vibrant", "colou?rful", "saturated", "punchy"),
    "faded": _phrases("faded?", "matte", "pastel", "washed[ -]out", "muted"),
    "bright": _phrases("bright(?:er)?", "sunny", "daylight", "high[ -]key"),
    "dramatic": _phrases("dramatic", "cinematic", "moody", "epic"),
    "dreamy": _phrases("dream(?:y|like)", "glow(?:s|ing)?", "hazy", "fog(?:gy)?", "mist(?:y)?", "ethereal"),
}

EDITS: Mapping[str, re.Pattern[str]] = {
    "crop": _phrases(rf"crop{_ENDING}", "cropped", "cropping", "close-?up", "closer", rf"zoom{_ENDING} in"),
    "mirror": _phrases("flip(?:s|ped|ping)?(?! (?:vertical|upside))", rf"mirror{_ENDING}"),
    "upside_down": _phrases("upside[ -]down", "flip(?:ped)? vertical(?:ly)?", "turn(?:ed)? over"),
    "sketch": _phrases("sketch(?:ed)?", "pencil", "line ?art", "drawing", "drawn", "charcoal"),
    "paint": _phrases("paint(?:ed|ing|erly)?", "oil", "water ?colou?r", "cartoon", "comic", "poster(?:ize[d]?)?"),
    "pixel": _phrases("pixel(?:ate[d]?|s)?", "8-?bit", "mosaic"),
    "blur": _phrases(rf"blur{_ENDING}", "blurred", "blurry", "bokeh", "out of focus", "soft(?:er|en)?"),
    "sharpen": _phrases(rf"sharp(?:en)?{_ENDING}", "crisp", "detailed", "in focus"),
    "invert": _phrases(rf"invert{_ENDING}", "negative"),
    "vignette": _phrases("vignette"),
    "frame": _phrases(rf"frame{_ENDING}", "border", "polaroid", "passepartout"),
    "grid": _phrases("side by side", "collage", "grid", "next to each other"),
}

_SLOW = _phrases("slow(?:ly)?", "gent(?:le|ly)", "calm(?:ly)?", "subtle", "subtly", "soft(?:ly)?")
_FAST = _phrases("fast", "quick(?:ly)?", "rapid(?:ly)?", "sudden(?:ly)?", "whip")


def found(prompt: str, table: Mapping[str, re.Pattern[str]]) -> tuple[str, ...]:
    """Return the names in `table` of which a phrase stands in the prompt, in the table's order."""
    return tuple(name for name, pattern in table.items() if pattern.search(prompt))


def pace(prompt: str) -> float:
    """Return how far the camera goes: 1 is usual, less for slow words, more for fast ones."""
    if _SLOW.search(prompt):
        return 0.6
    return 1.6 if _FAST.search(prompt) else 1.0
