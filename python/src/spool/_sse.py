"""Server-sent events (WHATWG HTML, section 9.2): bytes in, in pieces of any size, events out."""

import codecs
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One event with the last id that was seen up to it."""

    name: str
    data: str
    id: str | None


class EventParser:
    """Feed it what arrives; an event comes out with the empty line that ends it. Comments only show that bytes flow."""

    def __init__(self, last_id: str | None = None) -> None:
        self.last_id = last_id
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._at_start = True
        self._name = ""
        self._data: list[str] = []
        self._next_id = last_id

    def feed(self, chunk: bytes) -> list[Event]:
        """Return the events that this piece completes."""
        text = self._decoder.decode(chunk)
        if self._at_start and text:
            text = text.removeprefix("\ufeff")
            self._at_start = False
        return [event for line in self._split(self._rest + text) if (event := self._line(line)) is not None]

    def _split(self, text: str) -> list[str]:
        """Cut complete lines off; they end in LF, CRLF or CR. A CR at the very end may still be followed by a LF."""
        held = text.endswith("\r")
        if held:
            text = text[:-1]
        *lines, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = rest + "\r" if held else rest
        return lines

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._next_id = value
        return None

    def _dispatch(self) -> Event | None:
        self.last_id = self._next_id
        name, data = self._name or "message", "\n".join(self._data)
        empty = not self._data
        self._name, self._data = "", []
        return None if empty else Event(name, data, self.last_id)
