"""A hub of models on loopback, which speaks like both real ones and fails as it is told.

It serves `FOLDER/files/OWNER/REPOSITORY/PATH`. For each request it looks into `FOLDER/faults.json`, a map from the end
of a path to a list of faults, of which the n-th request for that path gets the n-th (the last one stays, if it says
`always`). It writes what it was asked into `FOLDER/requests.jsonl`, and its address on standard output.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FOLDER = Path(sys.argv[1])
FILES = FOLDER / "files"
ASKED: Counter[str] = Counter()
LOCK = threading.Lock()
SMALL = 100
"""Bytes below which a file is one of git's, without a SHA-256."""


def lists(repository: str) -> list[dict[str, Any]]:
    """Describe each file, with what the faults say of its size added."""
    told: list[dict[str, Any]] = []
    for path in sorted((FILES / repository).rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            name = path.relative_to(FILES / repository).as_posix()
            faults = json.loads((FOLDER / "faults.json").read_text()).get(f"list {name}", {})
            size, sha256 = faults.get("size", len(data)), faults.get("sha256", hashlib.sha256(data).hexdigest())
            git = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
            told.append({"name": faults.get("name", name), "size": size, "sha256": sha256, "git": git})
    return told


def huggingface(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put it as Hugging Face does."""
    return [
        {"type": "file", "path": one["name"], "size": one["size"], "oid": one["git"]}
        | ({"lfs": {"oid": one["sha256"], "size": one["size"], "pointerSize": 130}} if one["size"] > SMALL else {})
        for one in files
    ]


def modelscope(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Put it as ModelScope does."""
    told = [{"Type": "blob", "Path": one["name"], "Size": one["size"], "Sha256": one["sha256"]} for one in files]
    return {"Code": 200, "Data": {"Files": told}}


def named(path: str) -> str:
    """Return the name of what a path leads to."""
    return path.removeprefix("/models").replace("/resolve/main/", "/").replace("/resolve/master/", "/").lstrip("/")


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer, or fail as told."""
        path = unquote(urlsplit(self.path).path)
        with LOCK:
            asked = {
                "path": self.path,
                "name": named(path),
                "range": self.headers.get("Range"),
                "token": self.headers.get("Authorization"),
            }
            with (FOLDER / "requests.jsonl").open("a") as log:
                log.write(json.dumps(asked) + "\n")
        fault = self.fault(named(path))
        if "status" in fault:
            self.answer(fault["status"], b"no")
        elif "redirect" in fault:
            self.send_response(302)
            self.send_header("Location", fault["redirect"] + self.path + "?signature=very-secret-signature")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path.startswith("/api/"):
            self.send_list(path)
        else:
            self.file(path, fault)

    def fault(self, path: str) -> dict[str, Any]:
        """Return what is to go wrong this time."""
        told: dict[str, Any] = json.loads((FOLDER / "faults.json").read_text())
        for end, faults in told.items():
            if path.endswith(end) and not end.startswith("list "):
                with LOCK:
                    number = ASKED[end]
                    ASKED[end] += 1
                if faults and (number < len(faults) or faults[-1].get("always")):
                    return faults[min(number, len(faults) - 1)]
        return {}

    def send_list(self, path: str) -> None:
        """List a repository."""
        if path.startswith("/api/v1/models/"):
            data: object = modelscope(lists(path.removeprefix("/api/v1/models/").removesuffix("/repo/files")))
        else:
            data = huggingface(lists(path.removeprefix("/api/models/").removesuffix("/tree/main")))
        self.answer(200, json.dumps(data).encode())

    def file(self, path: str, fault: dict[str, Any]) -> None:
        """Send a file, or the part of it that is asked for."""
        source = FILES / named(path)
        if not source.is_file():
            self.answer(404, b"no")
            return
        data = bytearray(source.read_bytes())
        if "flip" in fault:
            data[fault["flip"]] ^= 1
        start = 0
        wanted = self.headers.get("Range")
        if wanted and not fault.get("ignore_range"):
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) + fault.get("shift_range", 0)
        body = bytes(data[start:])
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", '"' + hashlib.md5(data, usedforsecurity=False).hexdigest() + '"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if "cut" in fault or "stall" in fault:
            self.wfile.write(body[: fault.get("cut", fault.get("stall"))])
            self.wfile.flush()
            if "stall" in fault:
                threading.Event().wait()
            self.close_connection = True
            return
        self.wfile.write(body)

    def answer(self, status: int, body: bytes) -> None:
        """Send something short."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
