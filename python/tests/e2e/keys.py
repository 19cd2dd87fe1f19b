"""API keys and agents' tokens, made by the product's own command."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.e2e.server import program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.guard import Guard


class Keys:
    """The files of a server's keys and tokens, and the secrets that belong to them."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self._folder = folder
        self._guard = guard
        self._secrets: dict[str, str] = {}

    def settings(self) -> dict[str, str]:
        """Return what the API has to know of them."""
        files = {"SPOOL_API_KEYS_FILE": "api-keys", "SPOOL_AGENT_TOKENS_FILE": "agent-tokens"}
        return {name: str(self._folder / file) for name, file in files.items()}

    def make(self, name: str, *flags: str) -> str:
        """Make a key, or with `--agent` a token; returns its secret."""
        command = [program("spool-api"), "key", "new", name, *flags]
        made = subprocess.run(command, env=self.settings(), capture_output=True, text=True, check=True, timeout=30)
        self._secrets[name] = self._guard.keep(made.stdout.strip())
        return self._secrets[name]

    def secret(self, name: str) -> str:
        """Return the secret of that name."""
        return self._secrets[name]
