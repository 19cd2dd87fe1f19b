#!/usr/bin/env bash
# Makes this machine ready. Without arguments every step is taken; with names, only those:
# tools, redis, chromium, faults, python, packages, studio, build, crowd, chaos, chaos-scripts, detection, false-deaths,
# soak, diffsynth. Each step is done once and skipped from then on. Those after build only by their names: `make test`
# builds what they build, and nothing but GPU nodes and the tests of tiny models needs diffsynth.
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
# shellcheck source=infra/setup/python.sh
source "$root/infra/setup/python.sh"
# shellcheck source=infra/setup/diffsynth.sh
source "$root/infra/setup/diffsynth.sh"
# shellcheck source=infra/setup/apt.sh
source "$root/infra/setup/apt.sh"
# shellcheck source=infra/setup/redis.sh
source "$root/infra/setup/redis.sh"
# shellcheck source=infra/setup/chromium.sh
source "$root/infra/setup/chromium.sh"
# shellcheck source=infra/setup/faults.sh
source "$root/infra/setup/faults.sh"
# shellcheck source=infra/setup/web.sh
source "$root/infra/setup/web.sh"
cd "$root"

check_tools() {
  local want version
  want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  command -v cargo >/dev/null ||
    fail "cargo is missing: install Rust $want or newer with rustup, then run this again."
  version=$(version_in "$(cargo --version)")
  at_least "$version" "$want" || fail "cargo is $version, but Spool needs $want or newer: run 'rustup update stable'."
  command -v cc >/dev/null ||
    fail "A C compiler is missing (some crates build C): install one, for example with 'apt-get install build-essential'."
  find_python
  said="cargo $version and Python $(version_in "$("$python" --version)") are here"
}

build() {
  compile "the API and the agent" --bins
}

# The agent that stands in for many: the scripted world of the screenshots has it.
build_crowd() {
  compile "the agent of the screenshots" --example crowd
}

# build_example NAME: a program of the long tests.
build_example() {
  compile "$1" --example "${1//-/_}"
}

# compile WHAT CARGO_ARGUMENT…: always of the whole workspace, so that nothing is built twice with other features.
compile() {
  local what=$1 line lines=()
  shift
  while IFS= read -r line; do
    lines+=("$line")
    # Cargo tells of each crate when it begins with it, and of none when everything is up to date.
    case $line in
      *"file lock on "*directory) announce "waiting for another cargo" ;;
      *Downloading* | *Compiling*)
        [[ -n $said ]] || announce "compiling $what, some minutes the first time"
        said="done"
        ;;
    esac
  done < <(cargo build --workspace "$@" --locked 2>&1 </dev/null)
  wait "$!" || fail "$(printf '%s\n' "${lines[@]}" | tail -n 60)" "This does not build: $what."
  said=${said:-"$what: up to date in target/debug"}
}

(($# > 0)) || set -- tools redis chromium faults python packages studio build
for name in "$@"; do
  case $name in
    tools) step tools check_tools ;;
    redis) step redis ensure_redis ;;
    chromium) step chromium ensure_chromium ;;
    faults) step faults ensure_fault_tools ;;
    python) step python ensure_venv ;;
    diffsynth) step diffsynth ensure_diffsynth ;;
    packages) step packages ensure_packages ;;
    studio) step studio build_studio ;;
    build) step build build ;;
    crowd) step crowd build_crowd ;;
    chaos | chaos-scripts | detection | false-deaths | soak) step "$name" build_example "$name" ;;
    *) fail "There is no step called $name: choose from tools, redis, chromium, faults, python, packages, studio, build, crowd, chaos, chaos-scripts, detection, false-deaths, soak, diffsynth." ;;
  esac
done
