#!/usr/bin/env bash
# Runs every test of every language and closes with one line that sums them: "N passed, N failed".
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$root"

passed=0
failed=0

# suite NAME CLOSING_LINE COMMAND…: adds the numbers in the runner's closing lines. A runner that failed without naming
# a failed test, or ran none, counts as one failure.
suite() {
  local name=$1 closing=$2 log status=0 started ok bad
  shift 2
  started=$(now_ms)
  log=$(mktemp)
  "$@" 2>&1 </dev/null | tee "$log" || status=$?
  ok=$(sum_of "$closing" '[0-9]+ passed' "$log")
  bad=$(sum_of "$closing" '[0-9]+ (failed|error)' "$log")
  rm -f "$log"
  if ((bad == 0 && (status != 0 || ok == 0))); then
    bad=1
  fi
  passed=$((passed + ok))
  failed=$((failed + bad))
  printf '%-10s %d passed, %d failed (%s s)\n\n' "$name" "$ok" "$bad" "$(seconds_since "$started")"
}

# sum_of LINES COUNT FILE: the sum of the numbers that open each match of COUNT in the lines that match LINES.
sum_of() {
  { grep -E "$1" "$3" || true; } | { grep -oE "$2" || true; } | awk '{ sum += $1 } END { print sum + 0 }'
}

# told_before FILE STATUS: what a command printed that ran meanwhile, and how it ended.
told_before() {
  cat "$1"
  return "$2"
}

# These wait more than they compute, so more of them run at once than there are processors, and pytest beside cargo.
export RUST_TEST_THREADS=$(($(nproc) + 2))
pytest_log=$(mktemp)
env --chdir python "$venv/bin/python" -m pytest --color=no >"$pytest_log" 2>&1 </dev/null &
pytest=$!
# Whoever ends this script ends it, too: what runs in the background hears no Ctrl-C.
trap 'kill "$pytest" 2>/dev/null || true; rm -f "$pytest_log"' EXIT
suite "cargo" '^test result: ' cargo test --workspace --locked --no-fail-fast
status=0
wait "$pytest" || status=$?
trap 'rm -f "$pytest_log"' EXIT
suite "pytest" ' in [0-9.]+s' told_before "$pytest_log" "$status"
# Without colours, which would stand between the words that are counted.
unset FORCE_COLOR CLICOLOR_FORCE DEBUG_COLORS PLAYWRIGHT_FORCE_TTY
export NO_COLOR=1
suite "vitest" '^ +Tests ' npm --prefix web --silent test
suite "playwright" '^ +[0-9]+ (passed|failed)' npm --prefix web --silent run e2e

echo "$passed passed, $failed failed"
((failed == 0))
