# shellcheck shell=bash disable=SC2034 # venv and said are read by the scripts that source this
# Sourced by the scripts of this folder: one line per step, saying what it does or why it has nothing to do,
# and how long it took.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/.venv

# Here the scripts and the end-to-end tests look for the programs, wherever the user's other projects are built.
export CARGO_TARGET_DIR=$root/target CARGO_BUILD_BUILD_DIR=$root/target

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
  printf '%-10s ' "$name"
  said=""
  "$@"
  printf '%s (%s s)\n' "$said" "$(seconds_since "$started")"
}

# announce SENTENCE: what this step is about to do, said before whatever takes a while; the line ends with `said`.
announce() {
  printf '%s … ' "$1"
}

# fail LINE…: ends the script. The line of a step may be open.
fail() {
  printf '\n' >&2
  printf '%s\n' "$@" >&2
  exit 1
}

# quietly COMMAND…: shows what the command printed only when it fails, and ends the script then.
quietly() {
  local output status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
  ((status == 0)) || fail "$(tail -n 60 <<<"$output")" "This command failed with exit code $status: $*"
}

# at_least HAVE WANT: compares dotted version numbers.
at_least() {
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

# version_in TEXT: the first dotted number in it.
version_in() {
  [[ $1 =~ [0-9]+(\.[0-9]+)+ ]] && printf '%s' "${BASH_REMATCH[0]}"
}
