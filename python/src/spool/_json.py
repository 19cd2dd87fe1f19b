"""Reading JSON that another program wrote: what is missing or of another type becomes `None`, never an exception."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

Object = Mapping[str, object]


def objects(value: object) -> list[Object]:
    """Return the objects of a list."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Object", item) for item in items if isinstance(item, dict)]


def obj(value: object) -> Object:
    """Return an object, an empty one for anything else."""
    return cast("Object", value) if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """Return a text."""
    return value if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Return a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """Return a number."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def moment(value: object) -> datetime | None:
    """Return a time written after RFC 3339."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
