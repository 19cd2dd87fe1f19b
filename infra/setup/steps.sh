# shellcheck shell=bash disable=SC2034 # venv and said are read by the scripts that source this
# Sourced by the scripts of this folder: one line per step, saying what it does or why it has nothing to do,
# and how long it took.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/.venv

now_ms() {
  local now=${EPOCHREALTIME/[.,]/}
  printf '%s' "${now%???}"
}

# seconds_since START_MS: prints for example 12.3.
seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}

# step NAME FUNCTION…: runs the function, which leaves its sentence in `said`.
step() {
  local name=$1 started
  shift
  started=$(now_ms)
  said=""
  "$@"
  printf '%-10s %s (%s s)\n' "$name" "$said" "$(seconds_since "$started")"
}

# fail SENTENCE: ends the script.
fail() {
  printf '\n%s\n' "$1" >&2
  exit 1
}

# quietly COMMAND…: shows what the command printed only when it fails, and ends the script then.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  ((status == 0)) || tail -n 60 "$log" >&2
  rm -f "$log"
  ((status == 0)) || fail "This command failed with exit code $status: $*"
}

# at_least HAVE WANT: compares dotted version numbers.
at_least() {
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

# version_in TEXT: the first dotted number in it.
version_in() {
  [[ $1 =~ [0-9]+(\.[0-9]+)+ ]] && printf '%s' "${BASH_REMATCH[0]}"
}
