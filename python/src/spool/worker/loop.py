"""The life of a worker: say hello, run one job after another, obey cancel at any moment, end with the agent."""

import logging
import os
import socket
import threading
from queue import SimpleQueue
from typing import assert_never

from spool import __version__
from spool.worker import protocol
from spool.worker.cancel import CanceledError, CancelFlag
from spool.worker.codec import CodecError, frame, read_frame
from spool.worker.engines import Chosen, EngineUnavailableError, Result
from spool.worker.errors import JobFailedError, failure_from
from spool.worker.report import Pacer, Report

EXIT_STOPPED = 0
EXIT_AGENT_GONE = 3
EXIT_PROTOCOL = 4

log = logging.getLogger("spool.worker")


class Worker:
    """One worker on one socket. The calling thread runs engines, a thread of its own reads the socket."""

    def __init__(self, link: socket.socket, chosen: Chosen) -> None:
        self._link = link
        self._engines = chosen.engines
        self._missing = chosen.missing
        self._sending = threading.Lock()
        self._inbox: SimpleQueue[protocol.Run | None] = SimpleQueue()
        self._flags: dict[str, CancelFlag] = {}
        self._pacer = Pacer(self._send)

    def serve(self) -> int:
        """Run jobs until the agent says stop; returns the exit status. An agent that is gone ends the process."""
        self._send(self._hello())
        threading.Thread(target=self._listen, name="socket", daemon=True).start()
        while (run := self._inbox.get()) is not None:
            self._pacer.begin()
            ending = self._ending(run)
            self._flags.pop(run.job, None)
            self._pacer.flush()
            self._send(ending)
        for engine in set(self._engines.values()):
            engine.unload()
        return EXIT_STOPPED

    def _hello(self) -> protocol.Hello:
        offers: list[protocol.Offer] = []
        missing = list(self._missing)
        for workflow, engine in self._engines.items():
            try:
                offers.append(protocol.Offer(workflow, engine.name, engine.describe(workflow)))
            except EngineUnavailableError as error:
                missing.append(protocol.Missing(workflow, engine.name, str(error)))
        for absent in missing:
            log.warning("%s is not offered: %s", absent.workflow, absent.why)
        return protocol.Hello(protocol.PROTOCOL_VERSION, os.getpid(), __version__, tuple(offers), tuple(missing))

    def _ending(self, run: protocol.Run) -> protocol.Succeeded | protocol.Failed | protocol.Canceled:
        try:
            result = self._run(run)
        except CanceledError:
            log.info("Job %s canceled", run.job)
            return protocol.Canceled(run.job)
        except Exception as error:
            failure = failure_from(error)
            expected = isinstance(error, JobFailedError)
            log.warning("Job %s failed: %s", run.job, failure.message, exc_info=None if expected else error)
            return protocol.Failed(run.job, failure.code, failure.message, failure.hint, failure.retryable)
        return protocol.Succeeded(run.job, result.outputs, result.timings, result.warm)

    def _run(self, run: protocol.Run) -> Result:
        engine = self._engines.get(run.workflow)
        if engine is None:
            raise JobFailedError("engine_error", f"This worker has no engine for {run.workflow}.")
        cancel = self._flags[run.job]
        cancel.raise_if_set()
        self._send(protocol.Started(run.job))
        report = Report(run.job, self._send, self._pacer)
        engine.load(run, report, cancel)
        return engine.run(run, report, cancel)

    def _send(self, message: protocol.FromWorker) -> None:
        data = frame(protocol.to_wire(message))
        try:
            with self._sending:
                self._link.sendall(data)
        except OSError:
            os._exit(EXIT_AGENT_GONE)

    def _listen(self) -> None:
        """Read messages until the agent is gone, then end the process, whatever the engine is doing."""
        status = EXIT_AGENT_GONE
        try:
            while (value := read_frame(self._link)) is not None:
                self._on_message(protocol.from_wire(value))
        except CodecError as error:
            log.error("The agent sent something else than a message: %s", error)  # noqa: TRY400 - no bug of ours
            status = EXIT_PROTOCOL
        except OSError as error:
            log.info("The socket broke: %s", error)
        os._exit(status)

    def _on_message(self, message: protocol.ToWorker) -> None:
        match message:
            case protocol.Run():
                self._flags[message.job] = CancelFlag()
                self._inbox.put(message)
            case protocol.Cancel():
                flag = self._flags.get(message.job)
                if flag is not None:
                    flag.set()
            case protocol.Stop():
                self._on_stop()
            case protocol.UnknownMessage():
                log.warning("Ignored a message of an unknown kind: %s", message.name)
            case _:
                assert_never(message)

    def _on_stop(self) -> None:
        if self._flags:
            os._exit(EXIT_STOPPED)
        self._inbox.put(None)
