# shellcheck shell=bash disable=SC2034,SC2154 # node.sh owns nodes, root, dry, said, agent and the other settings
# Sourced by node.sh: the agent's program, the worker's environment, the models and the self-test.

ensure_agent() {
  local from=${SPOOL_NODE_AGENT:-}
  case $from in
    "") build_agent ;;
    http://* | https://*) fetch_agent "$from" ;;
    *) copy_agent "$from" ;;
  esac
}

build_agent() {
  if [[ -n $dry ]]; then
    said="would be built by cargo from this checkout into $agent"
    return
  fi
  command -v cargo >/dev/null ||
    refuse "There is no agent to install: set SPOOL_NODE_AGENT to its file or https address, or install Rust with" \
      "rustup to build it here."
  announce "building the agent, some minutes the first time"
  # Cargo knows by itself whether there is anything to build.
  work cargo build --release --locked --quiet --package spool-agent ||
    fail "The agent could not be built: cargo says above why; SPOOL_NODE_AGENT can name one that is built already."
  put_agent "$root/target/release/spool-agent"
}

copy_agent() {
  [[ -f $1 ]] || refuse "SPOOL_NODE_AGENT names no file: give it the path or the https address of the program" \
    "spool-agent."
  if [[ -n $dry ]]; then
    said="would be copied from $1 to $agent"
    return
  fi
  is_wanted "$1" || refuse "The file of SPOOL_NODE_AGENT has another SHA-256 than SPOOL_NODE_AGENT_SHA256: get the" \
    "right one."
  put_agent "$1"
}

# An address may hold a signature, so it is shown nowhere.
fetch_agent() {
  local part=$node_dir/spool-agent.part
  [[ ${SPOOL_NODE_AGENT_SHA256:-} =~ ^[0-9a-f]{64}$ ]] ||
    refuse "A program from the network is believed by its hash alone: set SPOOL_NODE_AGENT_SHA256 to the SHA-256 of" \
      "spool-agent."
  [[ $1 =~ ^https:|^http://(127\.0\.0\.1|localhost)[:/] ]] ||
    fail "SPOOL_NODE_AGENT must be https, or http on this machine."
  if [[ -f $agent ]] && is_wanted "$agent"; then
    said="the agent is here"
    return
  fi
  if [[ -n $dry ]]; then
    said="would be fetched from the address of SPOOL_NODE_AGENT to $agent, and compared"
    return
  fi
  command -v curl >/dev/null || fail "curl is missing: run 'apt-get install curl', then run this again."
  announce "fetching the agent"
  if ! { [[ -f $part ]] && is_wanted "$part"; }; then
    # The address goes in through a file descriptor: arguments can be read by every process of the machine.
    work curl --silent --fail --location --retry 5 --continue-at - --output "$part" \
      --config <(printf 'url = "%s"\n' "${1//[\"\\]/}") ||
      refuse "The agent could not be fetched from the address of SPOOL_NODE_AGENT: check it, and run this again; it" \
        "goes on where it stopped."
  fi
  if ! is_wanted "$part"; then
    rm -f "$part"
    refuse "What came from the address of SPOOL_NODE_AGENT has another SHA-256 than SPOOL_NODE_AGENT_SHA256: correct" \
      "one of them."
  fi
  put_agent "$part"
  rm -f "$part"
}

is_wanted() {
  [[ -z ${SPOOL_NODE_AGENT_SHA256:-} || $(sha256sum <"$1") == "$SPOOL_NODE_AGENT_SHA256  -" ]]
}

# put_agent FILE: it appears whole or not at all, beside one that may be running.
put_agent() {
  local new=$agent.new version
  if [[ -f $agent ]] && cmp --silent "$1" "$agent"; then
    said="the agent is up to date"
    return
  fi
  mkdir -p "$(dirname "$agent")"
  install --mode=755 "$1" "$new"
  version=$("$new" --version 2>/dev/null) || {
    rm -f "$new"
    fail "The agent does not run on this machine: use one that was built for this system, or build it here."
  }
  mv "$new" "$agent"
  said="installed $version"
}

ensure_worker() {
  if [[ -n ${SPOOL_NODE_PYTHON:-} ]]; then
    "$worker_python" -c 'import spool.worker' 2>/dev/null ||
      refuse "The Python of SPOOL_NODE_PYTHON has no package spool with its worker: install python[worker,diffsynth]" \
        "there, or unset it."
    said="uses $worker_python"
  elif [[ -n $dry ]]; then
    said="infra/setup/setup.sh diffsynth would make .venv-diffsynth, 6.4 GB and some minutes, unless it is there"
  else
    announce "the repository's own step follows"
    printf '\n'
    work "$root/infra/setup/setup.sh" diffsynth || refuse "The environment could not be made: it says above why. Run" \
      "this again afterwards."
    said="$worker_python is here"
  fi
}

ensure_models() {
  local spool workflow
  spool=$(dirname "$worker_python")/spool
  if ! needs_gpu; then
    said="nothing to pull: no workflow runs with the engine diffsynth (SPOOL_ENGINES is $engines)"
    return
  fi
  if [[ -n $dry ]]; then
    said="would be pulled into $models_dir for $workflows, preset $preset: what is missing, if the disk has room"
    return
  fi
  announce "into $models_dir; what was begun goes on where it stopped"
  printf '\n'
  for workflow in "${workflow_list[@]}"; do
    work "$spool" models pull --workflow "$workflow" --preset "$preset" --folder "$models_dir" ||
      fail "The models for $workflow are not complete: it says above why. Run this again; it goes on where it stopped."
  done
  said="the models for $workflows are here"
}

# selftest_of: changes when anything changes that a self-test depends on.
selftest_of() {
  {
    "$worker_python" -m pip freeze 2>/dev/null || true
    nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null || true
    find "$root/python/src/spool" -name '*.py' -print0 | sort -z | xargs -0 cat
  } | sha256sum | cut -d ' ' -f 1
}

ensure_selftest() {
  local want
  if ! needs_torch; then
    said="nothing to test: no workflow runs with the engine diffsynth (SPOOL_ENGINES is $engines)"
    return
  fi
  if [[ -n $dry ]]; then
    said="spool-worker selftest would run, with tiny random weights, unless it passed with all as it is"
    return
  fi
  want=$(selftest_of)
  if is_done selftest "$want"; then
    said="passed already, and nothing has changed since"
    return
  fi
  announce "both workflows with tiny random weights"
  printf '\n'
  # Exactly what the agent's workers get: no token of any kind.
  work env -u SPOOL_HUB_TOKEN "$worker_python" -m spool.worker selftest ||
    fail "The self-test failed: it says above at what. See to the driver and the environment, then run this again."
  mark_done selftest "$want"
  said="passed"
}
