"""The library, over connections that break."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import secrets
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image

from spool import AsyncClient, Client, ConflictError, InvalidRequestError, JobCanceledError, NotFoundError, VideoOptions
from tests.e2e.conftest import CAT, COFFEE, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL: VideoOptions = {"seed": 7, "width": 256, "height": 160, "num_frames": 33}


class Relay:
    """Passes bytes between clients and the server, and cuts all connections when asked."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._to = (parts.hostname or "", parts.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._to)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Break every connection."""
        while self._open:
            end = self._open.pop()
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._listener.close()
        self.cut()


@pytest.fixture
def relay(server: Server) -> Iterator[Relay]:
    relay = Relay(server.url)
    yield relay
    relay.close()


def test_a_job_is_submitted_followed_and_fetched(client: Client, tmp_path: Path) -> None:
    job = client.i2v(CAT, "zoom in", **SMALL)
    assert (job.workflow, job.params["seed"]) == ("i2v", 7)
    assert not job.is_terminal
    done = client.wait(job.id)
    (output,) = done.outputs
    path = client.download(done, tmp_path / "deep" / "cat.mp4")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == output.sha256
    with Image.open(client.download_poster(done, tmp_path / "cat.webp")) as poster:
        assert (poster.format, poster.size) == ("WEBP", (256, 160))


def test_pictures_may_be_paths_bytes_or_files(client: Client) -> None:
    with CAT.open("rb") as file:
        job = client.qwen([str(CAT), CAT.read_bytes(), file], "collage", width=256, height=128)
    assert len(client.wait(job.id).raw["inputs"]) == 3  # type: ignore[arg-type]


def test_the_asynchronous_client_does_the_same(server: Server, tmp_path: Path) -> None:
    async def use() -> bytes:
        async with AsyncClient(server.url, api_key=server.key) as client:
            jobs = await asyncio.gather(*(client.i2v(CAT, "zoom in", **SMALL) for _ in range(3)))
            done = await asyncio.gather(*(client.wait(job.id) for job in jobs))
            paths = [await client.download(job, tmp_path / f"{job.id}.mp4") for job in done]
            assert {job.id for job in jobs} <= {job.id for job in (await client.jobs(limit=50)).items}
            (content,) = {path.read_bytes() for path in paths}
            return content

    assert b"moov" in asyncio.run(use())


def test_states_of_a_job_only_go_forward(client: Client) -> None:
    job = client.i2v(CAT, "zoom in", width=832, height=480)
    seen = list(client.events(job.id))
    versions = [state.version for state in seen]
    assert versions == sorted(set(versions))
    assert seen[-1].status == "succeeded"
    fractions = [state.progress.fraction for state in seen if state.status == "running" and state.progress]
    assert fractions == sorted(fractions)
    assert len(fractions) >= 3


def test_events_go_on_after_every_cut(relay: Relay, server: Server) -> None:
    with Client(relay.url, api_key=server.key) as client:
        job = client.i2v(CAT, "zoom in", width=832, height=480)
        versions: list[int] = []
        last = job
        for last in client.events(job.id):
            versions.append(last.version)
            if not last.is_terminal:
                relay.cut()
    assert last.status == "succeeded"
    assert versions == sorted(set(versions))
    assert len(versions) >= 3


def test_the_same_key_is_the_same_job_and_another_request_is_refused(client: Client) -> None:
    key = secrets.token_hex(16)
    first = client.qwen(COFFEE, "sepia", seed=7, width=128, height=128, idempotency_key=key)
    again = client.qwen(COFFEE, "sepia", seed=7, width=128, height=128, idempotency_key=key)
    assert (again.id, first.replayed, again.replayed) == (first.id, False, True)
    with pytest.raises(InvalidRequestError) as caught:
        client.qwen(COFFEE, "noir", seed=7, width=128, height=128, idempotency_key=key)
    assert caught.value.code == "idempotency_key_reused"


def test_a_canceled_job_says_so_to_whoever_waits(client: Client) -> None:
    job = client.i2v(CAT, "x", width=1280, height=720, num_frames=161)
    assert client.cancel(job.id).status == "canceled"
    assert client.cancel(job.id).status == "canceled"
    with pytest.raises(JobCanceledError):
        client.wait(job.id)
    assert client.wait(job.id, check=False).status == "canceled"


def test_what_has_ended_cannot_be_canceled(client: Client) -> None:
    job = client.qwen(COFFEE, "sepia", width=128, height=128)
    client.wait(job.id)
    with pytest.raises(ConflictError) as caught:
        client.cancel(job.id)
    assert caught.value.code == "already_finished"


def test_a_job_that_does_not_exist_is_told(client: Client) -> None:
    with pytest.raises(NotFoundError) as caught:
        list(client.events("11111111-1111-8111-9111-111111111199"))
    assert caught.value.code == "not_found"
    assert caught.value.request_id


def test_a_picture_that_is_turned_comes_out_upright(client: Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = io.BytesIO()
    with Image.open(COFFEE) as coffee:
        coffee.transpose(Image.Transpose.ROTATE_90).save(turned, "PNG", exif=exif)
    done = client.wait(client.qwen(turned.getvalue(), "mirror").id)
    assert done.outputs[0].width is not None
    assert done.outputs[0].height is not None
    assert done.outputs[0].width > done.outputs[0].height
