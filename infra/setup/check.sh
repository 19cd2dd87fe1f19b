#!/usr/bin/env bash
# Formatting, lints and types of every language. Every check runs; the script fails at the end if one did.
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$root"

broken=()

# check NAME COMMAND…: shows what the command printed only when it fails.
check() {
  local name=$1 output started
  shift
  started=$(now_ms)
  printf '%-14s ' "$name"
  if output=$("$@" 2>&1 </dev/null); then
    printf 'ok (%s s)\n' "$(seconds_since "$started")"
  else
    printf 'FAILED (%s s): %s\n%s\n' "$(seconds_since "$started")" "$*" "$output"
    broken+=("$name")
  fi
}

skip() {
  printf '%-14s skipped: %s\n' "$1" "$2"
}

in_python() {
  (cd python && "$@")
}

in_web() {
  npm --prefix web --silent run "$@"
}

check_advisories() {
  if ! cargo deny --version >/dev/null 2>&1; then
    skip "cargo deny" "cargo-deny is not installed ('cargo install cargo-deny')"
    return
  fi
  check "cargo deny" cargo deny check bans licenses sources
  # The advisories' database is fetched from the network.
  if cargo deny fetch db >/dev/null 2>&1 </dev/null; then
    check "advisories" cargo deny check advisories
  else
    skip "advisories" "their database cannot be fetched from here"
  fi
}

check "rustfmt" cargo fmt --all --check
check "clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
check_advisories
check "fuzz lock" cargo metadata --manifest-path tests/fuzz/Cargo.toml --locked --format-version 1 --quiet
check "ruff" in_python "$venv/bin/ruff" check .
check "ruff format" in_python "$venv/bin/ruff" format --check .
check "pyright" in_python "$venv/bin/pyright"
check "biome" in_web lint
check "tsc" in_web types
check "api types" in_web api -- --check
check "npm lock" node web/scripts/complete-lock.mjs --check
check "lua" infra/setup/check_lua.sh
check "file lengths" infra/setup/check_lengths.sh
if command -v shellcheck >/dev/null; then
  check "shellcheck" shellcheck --severity=warning --external-sources infra/setup/*.sh infra/nodes/*.sh .ci/run
else
  skip "shellcheck" "it is not installed"
fi

((${#broken[@]} == 0)) || fail "Not clean: ${broken[*]}."
