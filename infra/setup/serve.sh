# shellcheck shell=bash disable=SC2034,SC2154 # steps.sh owns root, venv and said
# Sourced by demo.sh and up.sh: starts the API with its embedded defaults and one agent, and ends both.

# start_spool LISTEN: serves on that address, port 0 for a free one; leaves `address` and the log folder `run`, and no
# SPOOL_… variable.
start_spool() {
  # The shell may hold the settings of a real installation: its Redis, its keys, its server.
  unset "${!SPOOL_@}"
  run=$(mktemp -d "${TMPDIR:-/tmp}/spool.XXXXXXXX")
  trap stop_spool EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Sessions of their own: Ctrl-C reaches this script alone, which then ends them in order. Should this script be
  # killed, the kernel ends them.
  SPOOL_LISTEN=$1 SPOOL_ADDRESS_FILE=$run/address SPOOL_DATA_DIR=$run/data \
    setsid setpriv --pdeathsig TERM target/debug/spool-api >"$run/api.log" 2>&1 </dev/null &
  api=$!
  wait_for "The API" "$api" "$run/api.log" test -s "$run/address"
  address=$(<"$run/address")
  SPOOL_SERVER=ws://$address SPOOL_AGENT_NAME=this-machine SPOOL_AGENT_ID_FILE=$run/agent-id \
    SPOOL_PYTHON=$venv/bin/python \
    setsid setpriv --pdeathsig TERM target/debug/spool-agent >"$run/agent.log" 2>&1 </dev/null &
  agent=$!
  wait_for "The agent" "$agent" "$run/agent.log" grep -q "Connected to the API" "$run/agent.log"
}

# wait_for WHO PID LOG CONDITION…: until the condition holds, the process is gone, or 30 seconds are over.
wait_for() {
  local who=$1 pid=$2 log=$3 started
  shift 3
  started=$(now_ms)
  until "$@"; do
    if ! kill -0 "$pid" 2>/dev/null || (($(now_ms) - started > 30000)); then
      fail "$(tail -n 20 "$log")" "$who did not start."
    fi
    sleep 0.05
  done
}

# stop_spool: ends the agent, then the API; removes the folder when everything went well.
stop_spool() {
  local status=$? pid
  trap - EXIT INT TERM
  for pid in ${agent:-} ${api:-}; do
    end_process "$pid"
  done
  if ((status == 0 || status == 130 || status == 143)); then
    rm -rf "$run"
  else
    echo "The logs are in $run." >&2
  fi
  exit "$status"
}

# end_process PID: asks, and after 10 seconds insists.
end_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  local asked
  asked=$(now_ms)
  while kill -0 "$1" 2>/dev/null; do
    if (($(now_ms) - asked > 10000)); then
      kill -KILL "$1" 2>/dev/null || true
    fi
    sleep 0.05
  done
}
