"""The API against its own OpenAPI document: no answer that it does not describe, none with a status of 500 or more.

Schemathesis makes the requests, valid ones and broken ones, alone and one after another. The same seed makes the same
ones; `SPOOL_CONTRACT_SEED` sets another. Examples are held against their schemas, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from spool import Client
from tests.e2e.conftest import CAT
from tests.e2e.guard import Guard, keep_output
from tests.e2e.keys import Keys
from tests.e2e.server import redis, running

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = os.environ.get("SPOOL_CONTRACT_SEED", "20261125")
EXAMPLES = os.environ.get("SPOOL_CONTRACT_EXAMPLES", "12")
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))

CONFIG = """
[[operations]]
# Sockets; what is sent over them is tested with the protocol's golden bytes.
include-path-regex = "^/api/(ws|agents/connect|agents/upload)$"
enabled = false

[[operations]]
# What a schema says of a picture does not make a picture; a key must not come with two requests; a range may lie beyond
# the end of a file.
include-path-regex = "^/api/(workflows/.*|images|.*/retry|.*/inputs/.*|.*/outputs/.*)$"
checks.positive_data_acceptance.enabled = false

[[operations]]
# So that other requests find the login.
include-method = "DELETE"
include-path = "/api/session"
enabled = false

[[operations]]
# The one job must stay, and has no preview any more.
include-path-regex = "^/api/jobs/"
exclude-path-regex = "/preview$"
exclude-method = "DELETE"
parameters = {{ "path.id" = "{job}", "path.index" = 0 }}

[[operations]]
include-path-regex = "^/api/agents/"
parameters = {{ "path.id" = "{agent}" }}
"""


@pytest.fixture(scope="module")
def keys(guard: Guard, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Make keys of an operator and of a guest."""
    keys = Keys(tmp_path_factory.mktemp("keys"), guard)
    keys.make("operator", "--scope", "submit,high,admin")
    keys.make("guest", "--scope", "-")
    return keys


@pytest.fixture(scope="module")
def server(keys: Keys, guard: Guard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server with keys, a Redis with a password, and an agent whose work takes no time."""
    folder = tmp_path_factory.mktemp("server")
    engines = "i2v=scripted,qwen=scripted,upscale=scripted"
    agent = {"SPOOL_AGENT_TOKEN": keys.make("gpu", "--agent"), "SPOOL_ENGINES": engines}
    with redis(folder, guard) as redis_url:
        api = {**keys.settings(), "SPOOL_RATE_PER_MINUTE": "1000000", "SPOOL_REDIS_URL": redis_url}
        with running(folder, api=api, agent=agent) as address:
            yield address


@pytest.mark.parametrize("name", ["operator", "guest"])
def test_every_answer_is_one_that_the_document_describes(name: str, server: str, keys: Keys, tmp_path: Path) -> None:
    with Client(server, api_key=keys.secret("operator")) as client:
        agent = client.agents()[0]
        # The requests of the run before may have drained it last.
        client.resume(agent.id)
        job = client.wait(client.i2v(CAT, "steps=1").id)
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(job=job.id, agent=agent.id))
    report = tmp_path / "report.json"
    command = [SCHEMATHESIS, "--config-file", str(config), "run", f"{server}/api/openapi.json"]
    command += ["--header", f"Authorization: Bearer {keys.secret(name)}"]
    command += ["--seed", SEED, "--max-examples", EXAMPLES, "--continue-on-failure", "--request-timeout", "10"]
    command += ["--warnings", "off", "--no-color", "--report-json-path", str(report)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    keep_output(tmp_path, run.stdout + run.stderr + report.read_text())
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    print(report.read_text()[:3000])


DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "api" / "openapi.json").read_text())


def target(value: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to, and anything else as it is."""
    found: Any = DOCUMENT
    if "$ref" not in value:
        return value
    for name in value["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def media_with_examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield the name, the schema and the example of everything in JSON that has one."""
    for item in DOCUMENT["paths"].values():
        for operation in item.values():
            answers = [target(answer) for answer in operation["responses"].values()]
            for described in (operation.get("requestBody", {}), *answers):
                for kind, media in described.get("content", {}).items():
                    examples = [target(example)["value"] for example in media.get("examples", {}).values()]
                    examples += [media["example"]] if "example" in media else []
                    if kind.endswith("json"):
                        yield from ((operation["operationId"], media["schema"], example) for example in examples)


def test_every_example_of_the_document_fits_its_schema() -> None:
    seen = 0
    for name, schema, example in media_with_examples():
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
        errors = [f"{name}: {error.message}" for error in validator.iter_errors(example)]
        assert not errors
        seen += 1
    assert seen > 100
