"""The other end of a worker's socket: starts a real worker process and speaks the protocol with it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast

from spool.worker import codec

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

PATIENCE = 30.0
"""Seconds after which a message that does not come fails the test."""

Fields = dict[str, Any]

I2V = {
    "prompt": "",
    "preset": "lightning",
    "num_inference_steps": 4,
    "cfg_scale": 1.0,
    "width": 832,
    "height": 480,
    "num_frames": 81,
    "fps": 16,
    "seed": 7,
    "end_image": False,
}


@dataclass
class WorkerProcess:
    """A worker that was started with `engines`; leave the `with` block and it is gone."""

    folder: Path
    engines: str = "i2v=scripted,qwen=scripted,upscale=scripted"
    environment: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] = field(init=False)
    link: socket.socket = field(init=False)
    noise: bytearray = field(default_factory=bytearray)
    log: bytearray = field(default_factory=bytearray)
    _drains: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = str(self.folder / "socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(PATIENCE)
            self.process = self._start(path)
            self.link, _ = listener.accept()
        self.link.settimeout(PATIENCE)
        return self

    def _start(self, path: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "spool.worker", "--socket", path, "--slot", "0"]
        command += ["--engines", self.engines, "--parent", str(os.getpid())]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={"PATH": os.environ["PATH"], **self.environment},
        )
        for pipe, into in ((process.stdout, self.noise), (process.stderr, self.log)):
            assert pipe is not None
            thread = threading.Thread(target=self._drain, args=(pipe.fileno(), into), daemon=True)
            thread.start()
            self._drains.append(thread)
        return process

    @staticmethod
    def _drain(descriptor: int, into: bytearray) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(descriptor, 1 << 16):
                into += data

    def join_drains(self) -> None:
        """Wait until everything that the ended worker printed was read."""
        for thread in self._drains:
            thread.join(PATIENCE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.link.close()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.join_drains()
            for pipe in (self.process.stdout, self.process.stderr):
                assert pipe is not None
                pipe.close()

    def send(self, name: str, **fields: object) -> None:
        """Send one message."""
        self.link.sendall(codec.frame({name: fields}))

    def run(self, job: str, workflow: str = "i2v", attempt: int = 1, **params: Any) -> None:
        """Send a `run` with the parameters of a usual job, changed by `params`."""
        inputs = cast("list[Fields]", params.pop("inputs", []))
        requirement = {
            "i2v": "i2v.480p.81.lightning",
            "qwen": "qwen.2511.lightning",
            "upscale": "upscale.2x",
        }[workflow]
        fields: Fields = {"job": job, "attempt": attempt, "workflow": workflow, "class": requirement}
        base = {"scale": 2, "seed": 7} if workflow == "upscale" else I2V
        output = str(self.folder / "out" / job)
        self.send("run", **fields, params={**base, **params}, inputs=inputs, output_dir=output)

    def next(self) -> tuple[str, Fields]:
        """Return the name and the fields of the next message; raises `EOFError` when the worker is gone."""
        value = codec.read_frame(self.link)
        if value is None:
            raise EOFError
        ((name, body),) = cast("dict[str, Fields]", value).items()
        return name, body

    def until(self, *names: str) -> list[tuple[str, Fields]]:
        """Return all messages up to the first one named in `names`, that one included."""
        seen = [self.next()]
        while seen[-1][0] not in names:
            seen.append(self.next())
        return seen

    def ending(self) -> tuple[str, Fields]:
        """Return the message that ends the running job."""
        return self.until("succeeded", "failed", "canceled")[-1]

    def silent_for(self, seconds: float) -> bool:
        """Whether the worker says nothing for so long."""
        readable, _, _ = select.select([self.link], [], [], seconds)
        return not readable
