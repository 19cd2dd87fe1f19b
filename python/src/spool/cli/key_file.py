"""`--key-file`: an API key from a file, for programs whose environment others can read."""

from pathlib import Path


def read(path: Path | None) -> str | None:
    """Return the key in the file; `None` where none is named. What the file holds is never repeated."""
    if path is None:
        return None
    try:
        key = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        key = ""
    if not key or len(key.split()) != 1:
        raise ValueError(f"{path} must hold an API key and nothing else")
    return key
