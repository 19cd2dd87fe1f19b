#!/usr/bin/env bash
# Turns a machine with a GPU into an agent. Without arguments every step is taken; with names, only those:
# check, agent, python, models, selftest, dial. Each step is done once and skipped from then on; one that was cut goes
# on where it stopped. `--dry-run` says what each would do. README.md of this folder has the settings.
set -euo pipefail
nodes=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/setup/steps.sh
source "$nodes/../setup/steps.sh"
# shellcheck source=infra/setup/python.sh
source "$root/infra/setup/python.sh"
# shellcheck source=infra/nodes/settings.sh
source "$nodes/settings.sh"
# shellcheck source=infra/nodes/check.sh
source "$nodes/check.sh"
# shellcheck source=infra/nodes/install.sh
source "$nodes/install.sh"
# shellcheck source=infra/nodes/dial.sh
source "$nodes/dial.sh"

usage() {
  cat <<'END'
infra/nodes/node.sh [--dry-run] [--token-stdin] [--detach] [STEP…]

  --dry-run       say what each step would do, and do nothing
  --token-stdin   read the agent's token from standard input and keep it in the node's folder
  --detach        go on after the terminal is closed; the log is node.log in the node's folder
  STEP            check, agent, python, models, selftest, dial; all of them without one

infra/nodes/README.md has the settings.
END
}

dry="" token_stdin="" detach="" steps=()
while (($# > 0)); do
  case $1 in
    --dry-run) dry=yes ;;
    --token-stdin) token_stdin=yes ;;
    --detach) detach=yes ;;
    --help) usage && exit ;;
    check | agent | python | models | selftest | dial) steps+=("$1") ;;
    # Not repeated: somebody may have typed a token here.
    *) refuse "Argument $# from the end is none that node.sh knows: run it with --help. A token goes into a file or" \
      "standard input." ;;
  esac
  shift
done
((${#steps[@]} > 0)) || steps=(check agent python models selftest dial)

# work COMMAND…: runs something long so that it is ended with this script, and what it prints is seen.
work() {
  local status=0
  "$@" </dev/null &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null || true; wait "$child" || true; exit 143' TERM
  trap 'kill -INT "$child" 2>/dev/null || true; wait "$child" || true; exit 130' INT
  wait "$child" || status=$?
  trap - TERM INT
  return "$status"
}

# is_done STAMP WANT: whether the step that left this stamp has nothing new to do.
is_done() {
  [[ -f $node_dir/done/$1 && $(<"$node_dir/done/$1") == "$2" ]]
}

mark_done() {
  mkdir -p "$node_dir/done"
  printf '%s\n' "$2" >"$node_dir/done/$1"
}

read_settings
[[ -n $dry ]] || mkdir -p "$node_dir" 2>/dev/null ||
  fail "The folder $node_dir cannot be made: set SPOOL_NODE_DIR to one that this user may write."
keep_token
cd "$root"
for name in "${steps[@]}"; do
  case $name in
    check) step check check_machine ;;
    agent) step agent ensure_agent ;;
    python) step python ensure_worker ;;
    models) step models ensure_models ;;
    selftest) step selftest ensure_selftest ;;
    dial) dial ;;
  esac
done
