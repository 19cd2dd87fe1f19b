"""The clients. Both do the same; `AsyncClient` is for programs that use asyncio."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from os import PathLike
from pathlib import Path
from typing import Self, Unpack

import httpx

from spool import _operations as operations
from spool import _requests as requests
from spool import _transport as transport
from spool._download import Download
from spool._follow import Follow
from spool._http import Call, Lost, Operation, Reply, Result, Server
from spool._requests import EditOptions, UpscaleOptions, VideoOptions
from spool._submit import Picture
from spool.errors import JobCanceledError, JobFailedError, SpoolError
from spool.fleet import AgentInfo, Queues
from spool.job import Job, JobPage


def _succeeded(job: Job) -> Job:
    if job.status == "failed":
        raise JobFailedError(job)
    if job.status == "canceled":
        raise JobCanceledError(job)
    return job


class Client:
    """Talks to one Spool server; safe to use from several threads.

    `server` and `api_key` default to `SPOOL_SERVER_URL` and `SPOOL_API_KEY`, then to a server on this machine without
    a key. Every method raises a `SpoolError`: `ProblemError` and its kinds for what the server refuses,
    `ServerUnreachableError` when it does not answer, after repeating what can be repeated without harm.
    """

    def __init__(self, server: str | None = None, *, api_key: str | None = None) -> None:
        self.server = Server.choose(server, api_key)
        self._http = httpx.Client(
            headers=self.server.headers(), timeout=transport.TIMEOUT, trust_env=not self.server.is_local
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def i2v(self, image: Picture, prompt: str, **options: Unpack[VideoOptions]) -> Job:
        """Submit a video that begins with `image`."""
        return self._run(requests.i2v(image, prompt, options))

    def qwen(self, images: Picture | Sequence[Picture], prompt: str, **options: Unpack[EditOptions]) -> Job:
        """Submit an edit of one to three pictures."""
        return self._run(requests.qwen(images, prompt, options))

    def upscale(self, image: Picture, **options: Unpack[UpscaleOptions]) -> Job:
        """Submit an enlargement."""
        return self._run(requests.upscale(image, options))

    def submit(
        self,
        workflow: str,
        body: Mapping[str, object],
        pictures: Sequence[tuple[str, Picture]] = (),
        *,
        idempotency_key: str | None = None,
    ) -> Job:
        """Submit any workflow, with parameters as the API names them, and pictures by the names of their fields."""
        return self._run(requests.submit(workflow, body, pictures, idempotency_key))

    def request_of(self, job_id: str) -> dict[str, object]:
        """Get the request that makes a job again; its pictures stay on the server."""
        return self._run(operations.request_of(job_id))

    def jobs(
        self,
        *,
        limit: int | None = None,
        status: str | None = None,
        workflow: str | None = None,
        cursor: str | None = None,
    ) -> JobPage:
        """List jobs, newest first; the page's `cursor` asks for the next page."""
        return self._run(operations.jobs(limit, status, workflow, cursor))

    def get(self, job_id: str) -> Job:
        """Get one job."""
        return self._run(operations.get(job_id))

    def cancel(self, job_id: str) -> Job:
        """Cancel a job; raises `ConflictError` when it has ended otherwise."""
        return self._run(operations.cancel(job_id))

    def retry(self, job_id: str) -> Job:
        """Run a finished job again as a new job."""
        return self._run(operations.retry(job_id))

    def agents(self) -> tuple[AgentInfo, ...]:
        """List agents by name, the lost ones of the last hour included."""
        return self._run(operations.agents())

    def agent(self, agent_id: str) -> AgentInfo:
        """Get one agent."""
        return self._run(operations.agent(agent_id))

    def drain(self, agent_id: str) -> AgentInfo:
        """Give an agent nothing new; what runs on it is finished."""
        return self._run(operations.order(agent_id, "drain"))

    def resume(self, agent_id: str) -> AgentInfo:
        """Give an agent jobs again, after a drain or out of quarantine."""
        return self._run(operations.order(agent_id, "resume"))

    def queues(self) -> Queues:
        """Get what waits for each workflow, and the agents that could take it."""
        return self._run(operations.queues())

    def events(self, job_id: str) -> Iterator[Job]:
        """Yield the job at each change until it has ended, across lost connections."""
        follow = Follow(job_id)
        while not follow.is_done:
            time.sleep(follow.pause())
            try:
                if follow.is_polling:
                    yield from follow.saw(self.get(job_id))
                    continue
                with self._stream(follow.call()) as (_, chunks):
                    for chunk in chunks:
                        yield from follow.feed(chunk)
                follow.cut()
            except SpoolError as error:
                follow.cut(error)

    def wait(self, job_id: str, *, check: bool = True) -> Job:
        """Return the job when it has ended.

        With `check`, raises `JobFailedError` or `JobCanceledError` unless it succeeded.
        """
        last = None
        for job in self.events(job_id):
            last = job
        last = last or self.get(job_id)
        return _succeeded(last) if check else last

    def download(self, job: Job, target: str | PathLike[str], *, index: int = 0) -> Path:
        """Fetch an output to `target`, which appears only when it is whole and its SHA-256 is right."""
        return self._fetch(requests.download(job, Path(target), index), Path(target))

    def download_poster(self, job: Job, target: str | PathLike[str], *, index: int = 0) -> Path:
        """Fetch the poster of an output to `target`."""
        return self._fetch(requests.download_poster(job, Path(target), index), Path(target))

    def _run(self, operation: Operation[Result]) -> Result:
        call = next(operation)
        while True:
            time.sleep(call.after)
            try:
                call = operation.send(self._send(call))
            except StopIteration as done:
                return done.value

    def _send(self, call: Call) -> Reply | Lost:
        try:
            response = self._http.request(
                call.method, transport.url(self.server, call), headers=dict(call.headers), content=call.body
            )
        except httpx.TransportError as error:
            return transport.lost(self.server, error)
        return transport.reply(response)

    def _fetch(self, download: Download, target: Path) -> Path:
        with download:
            while not download.is_done:
                time.sleep(download.pause())
                try:
                    with self._stream(download.call()) as (head, chunks):
                        if download.begin(head):
                            for chunk in chunks:
                                download.feed(chunk)
                    download.end()
                except SpoolError as error:
                    download.cut(error)
        return target

    @contextmanager
    def _stream(self, call: Call) -> Generator[tuple[Reply, Iterator[bytes]]]:
        address = transport.url(self.server, call)
        try:
            with self._http.stream(
                call.method, address, headers=dict(call.headers), timeout=transport.STREAM_TIMEOUT
            ) as response:
                if transport.is_refused(response):
                    response.read()
                    raise transport.refusal(response)
                yield transport.head(response), response.iter_bytes()
        except httpx.HTTPError as error:
            raise transport.unreachable(self.server, error) from error


class AsyncClient:
    """The same as `Client`, for asyncio."""

    def __init__(self, server: str | None = None, *, api_key: str | None = None) -> None:
        self.server = Server.choose(server, api_key)
        self._http = httpx.AsyncClient(
            headers=self.server.headers(), timeout=transport.TIMEOUT, trust_env=not self.server.is_local
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def i2v(self, image: Picture, prompt: str, **options: Unpack[VideoOptions]) -> Job:
        """Submit a video that begins with `image`."""
        return await self._run(requests.i2v(image, prompt, options))

    async def qwen(self, images: Picture | Sequence[Picture], prompt: str, **options: Unpack[EditOptions]) -> Job:
        """Submit an edit of one to three pictures."""
        return await self._run(requests.qwen(images, prompt, options))

    async def upscale(self, image: Picture, **options: Unpack[UpscaleOptions]) -> Job:
        """Submit an enlargement."""
        return await self._run(requests.upscale(image, options))

    async def submit(
        self,
        workflow: str,
        body: Mapping[str, object],
        pictures: Sequence[tuple[str, Picture]] = (),
        *,
        idempotency_key: str | None = None,
    ) -> Job:
        """Submit any workflow, with parameters as the API names them, and pictures by the names of their fields."""
        return await self._run(requests.submit(workflow, body, pictures, idempotency_key))

    async def request_of(self, job_id: str) -> dict[str, object]:
        """Get the request that makes a job again; its pictures stay on the server."""
        return await self._run(operations.request_of(job_id))

    async def jobs(
        self,
        *,
        limit: int | None = None,
        status: str | None = None,
        workflow: str | None = None,
        cursor: str | None = None,
    ) -> JobPage:
        """List jobs, newest first; the page's `cursor` asks for the next page."""
        return await self._run(operations.jobs(limit, status, workflow, cursor))

    async def get(self, job_id: str) -> Job:
        """Get one job."""
        return await self._run(operations.get(job_id))

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job; raises `ConflictError` when it has ended otherwise."""
        return await self._run(operations.cancel(job_id))

    async def retry(self, job_id: str) -> Job:
        """Run a finished job again as a new job."""
        return await self._run(operations.retry(job_id))

    async def agents(self) -> tuple[AgentInfo, ...]:
        """List agents by name, the lost ones of the last hour included."""
        return await self._run(operations.agents())

    async def agent(self, agent_id: str) -> AgentInfo:
        """Get one agent."""
        return await self._run(operations.agent(agent_id))

    async def drain(self, agent_id: str) -> AgentInfo:
        """Give an agent nothing new; what runs on it is finished."""
        return await self._run(operations.order(agent_id, "drain"))

    async def resume(self, agent_id: str) -> AgentInfo:
        """Give an agent jobs again, after a drain or out of quarantine."""
        return await self._run(operations.order(agent_id, "resume"))

    async def queues(self) -> Queues:
        """Get what waits for each workflow, and the agents that could take it."""
        return await self._run(operations.queues())

    async def events(self, job_id: str) -> AsyncGenerator[Job]:
        """Yield the job at each change until it has ended, across lost connections."""
        follow = Follow(job_id)
        while not follow.is_done:
            await asyncio.sleep(follow.pause())
            try:
                if follow.is_polling:
                    for job in follow.saw(await self.get(job_id)):
                        yield job
                    continue
                async with self._stream(follow.call()) as (_, chunks):
                    async for chunk in chunks:
                        for job in follow.feed(chunk):
                            yield job
                follow.cut()
            except SpoolError as error:
                follow.cut(error)

    async def wait(self, job_id: str, *, check: bool = True) -> Job:
        """Return the job when it has ended.

        With `check`, raises `JobFailedError` or `JobCanceledError` unless it succeeded.
        """
        last = None
        async for job in self.events(job_id):
            last = job
        last = last or await self.get(job_id)
        return _succeeded(last) if check else last

    async def download(self, job: Job, target: str | PathLike[str], *, index: int = 0) -> Path:
        """Fetch an output to `target`, which appears only when it is whole and its SHA-256 is right."""
        return await self._fetch(requests.download(job, Path(target), index), Path(target))

    async def download_poster(self, job: Job, target: str | PathLike[str], *, index: int = 0) -> Path:
        """Fetch the poster of an output to `target`."""
        return await self._fetch(requests.download_poster(job, Path(target), index), Path(target))

    async def _run(self, operation: Operation[Result]) -> Result:
        call = next(operation)
        while True:
            await asyncio.sleep(call.after)
            try:
                call = operation.send(await self._send(call))
            except StopIteration as done:
                return done.value

    async def _send(self, call: Call) -> Reply | Lost:
        try:
            response = await self._http.request(
                call.method, transport.url(self.server, call), headers=dict(call.headers), content=call.body
            )
        except httpx.TransportError as error:
            return transport.lost(self.server, error)
        return transport.reply(response)

    async def _fetch(self, download: Download, target: Path) -> Path:
        with download:
            while not download.is_done:
                await asyncio.sleep(download.pause())
                try:
                    async with self._stream(download.call()) as (head, chunks):
                        if download.begin(head):
                            async for chunk in chunks:
                                download.feed(chunk)
                    download.end()
                except SpoolError as error:
                    download.cut(error)
        return target

    @asynccontextmanager
    async def _stream(self, call: Call) -> AsyncGenerator[tuple[Reply, AsyncIterator[bytes]]]:
        address = transport.url(self.server, call)
        try:
            async with self._http.stream(
                call.method, address, headers=dict(call.headers), timeout=transport.STREAM_TIMEOUT
            ) as response:
                if transport.is_refused(response):
                    await response.aread()
                    raise transport.refusal(response)
                yield transport.head(response), response.aiter_bytes()
        except httpx.HTTPError as error:
            raise transport.unreachable(self.server, error) from error
