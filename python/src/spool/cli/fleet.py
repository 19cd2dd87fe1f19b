"""`spool agents`, `spool queues`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from spool.cli import exits, results, wording
from spool.cli.table import console, laid_out
from spool.client import Client
from spool.fleet import AgentInfo, Queue, Queues

COLOURS = {"online": "green", "draining": "yellow", "quarantined": "red", "paused": "red", "lost": "red"}
DONE = {"drain": "finishes what runs and takes nothing new", "resume": "takes jobs again"}
SHORT = 8
"""So many letters of an id tell agents of one name apart."""


def agents(client: Client, options: argparse.Namespace) -> int:
    """List agents, or take one out of service and back."""
    if options.action:
        return _order(client, options)
    found = client.agents()
    if options.json:
        results.print_json([agent.raw for agent in found])
    elif not found:
        sys.stdout.write("No agents. Start one with spool-agent.\n")
    else:
        screen = console()
        screen.print(agents_table(found, datetime.now(UTC), screen))
    return exits.OK


def _order(client: Client, options: argparse.Namespace) -> int:
    if options.agent is None:
        raise ValueError(f"which agent? spool agents {options.action} NAME")
    chosen = choose(client.agents(), options.agent)
    agent = client.drain(chosen.id) if options.action == "drain" else client.resume(chosen.id)
    if options.json:
        results.print_json(agent.raw)
    else:
        sys.stdout.write(f"Agent {agent.name} {DONE[options.action]}.\n")
    return exits.OK


def choose(found: Sequence[AgentInfo], wanted: str) -> AgentInfo:
    """Return the agent of this name, or whose id begins like this; raises `ValueError` unless it is exactly one."""
    named = [agent for agent in found if agent.name == wanted]
    fits = named or [agent for agent in found if len(wanted) >= SHORT and agent.id.startswith(wanted)]
    if not fits:
        raise ValueError(f"there is no agent {wanted}; see spool agents")
    if len(fits) > 1:
        ids = ", ".join(agent.id for agent in fits)
        raise ValueError(f"several agents are called {wanted}; name one by its id: {ids}")
    return fits[0]


def agents_table(found: Sequence[AgentInfo], now: datetime, screen: Console) -> Table:
    """Lay out the list of agents. What an agent runs gives way where the terminal is narrow."""
    names = Counter(agent.name for agent in found)
    has_gpus = any(slot.gpu for agent in found for slot in agent.slots)
    titles = ["name", "state", "busy", "done", "failed", "seen", *(["gpu"] if has_gpus else []), "runs"]
    rows: list[list[Text]] = []
    for agent in found:
        name = agent.name if names[agent.name] == 1 else f"{agent.name} ({agent.id[:SHORT]})"
        seen = wording.duration((now - agent.seen_at).total_seconds()) if agent.seen_at else ""
        state = "paused" if agent.pause and agent.state == "online" else agent.state
        gpu = [Text(_gpu(agent))] if has_gpus else []
        rows.append(
            [
                Text(name),
                Text(state, style=COLOURS.get(state, "")),
                Text("" if agent.state == "lost" else f"{agent.places - agent.free}/{agent.places}"),
                Text(str(agent.jobs_done)),
                Text(str(agent.jobs_failed)),
                Text(f"{seen} ago" if seen else ""),
                *gpu,
                Text(", ".join(f"{workflow} ({engine})" for workflow, engine in agent.engines.items())),
            ]
        )
    return laid_out(titles, rows, screen.width)


def _gpu(agent: AgentInfo) -> str:
    """Return `2x RTX 4090 97 %`."""
    names = Counter(slot.gpu for slot in agent.slots if slot.gpu)
    loads = [slot.utilisation for slot in agent.slots if slot.utilisation is not None]
    told = ", ".join(name if count == 1 else f"{count}x {name}" for name, count in names.items())
    return f"{told} {sum(loads) // len(loads)} %" if loads else told


def queues(client: Client, options: argparse.Namespace) -> int:
    """Show what waits."""
    found = client.queues()
    if options.json:
        results.print_json(found.raw)
        return exits.OK
    screen = console()
    screen.print(queues_table(found, screen))
    sys.stdout.write(f"{found.running} running, {found.waiting} waiting of at most {found.limit}.\n")
    return exits.OK


def queues_table(found: Queues, screen: Console) -> Table:
    """Lay out the queues, a line for each workflow."""
    titles = ["workflow", "waiting", "high", "normal", "low", "delayed", "oldest", "free", "a new job starts"]
    rows = [
        [
            Text(queue.workflow),
            *(Text(str(number)) for number in (queue.waiting, *(queue.depth.get(name, 0) for name in titles[2:5]))),
            Text(str(queue.delayed)),
            Text("" if queue.oldest_waiting_ms is None else wording.duration(queue.oldest_waiting_ms / 1000)),
            Text(f"{queue.free}/{queue.places}"),
            Text(_starts(queue)),
        ]
        for queue in found.items
    ]
    return laid_out(titles, rows, screen.width)


def _starts(queue: Queue) -> str:
    if not queue.agents:
        return "when an agent takes such jobs"
    if queue.estimated_wait_ms is None:
        return ""
    low, high = (round(ms / 1000) for ms in queue.estimated_wait_ms)
    if high == 0:
        return "at once"
    return (
        f"in about {wording.duration(high)}"
        if high - low <= 1
        else (f"in {wording.duration(low)} to {wording.duration(high)}")
    )
