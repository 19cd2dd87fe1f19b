# shellcheck shell=bash disable=SC2034,SC2154 # node.sh owns the settings and said
# Sourced by node.sh: starts the agent under the supervisor of this folder, by systemd where that runs as root.

unit=/etc/systemd/system/spool-node.service

uses_systemd() {
  case ${SPOOL_NODE_SUPERVISOR:-auto} in
    loop) return 1 ;;
    systemd) return 0 ;;
    *) [[ -z $detach && -d /run/systemd/system ]] && ((EUID == 0)) ;;
  esac
}

dial() {
  check_server
  export SPOOL_NODE_DIR=$node_dir SPOOL_ENGINES=$engines SPOOL_PYTHON=$worker_python SPOOL_MODELS_DIR=$models_dir
  [[ ! -e $token_file ]] || export SPOOL_AGENT_TOKEN_FILE=$token_file
  export SPOOL_AGENT_ID_FILE=${SPOOL_AGENT_ID_FILE:-$node_dir/agent-id}
  # The token of the hub has done its work.
  unset SPOOL_HUB_TOKEN SPOOL_NODE_AGENT
  if [[ -n $dry ]]; then
    step dial say_dial
    return
  fi
  [[ -x $agent ]] || fail "The agent is not installed in $agent: run infra/nodes/node.sh agent first."
  step server check_connection
  if uses_systemd; then
    step dial install_unit
  elif [[ -n $detach ]]; then
    step dial detach_supervisor
  else
    echo "dial       the agent runs here until SIGTERM or Ctrl-C; the first lets jobs end, a second gives them back"
    exec "$nodes/supervise.sh"
  fi
}

say_dial() {
  local how="in the foreground, under infra/nodes/supervise.sh"
  [[ -z $detach ]] || how="in the background, under infra/nodes/supervise.sh; its log would be $node_dir/node.log"
  ! uses_systemd || how="as the unit spool-node of systemd, which runs infra/nodes/supervise.sh"
  said="the agent would dial $server $how, with SPOOL_ENGINES=$engines"
}

# The agent's own report says more than a connection that fails later. A server that is down for now is no reason to
# stay away from it, so this is asked once for each server.
check_connection() {
  local want="$server $engines" output
  if is_done server "$want"; then
    said="was reached from here already"
    return
  fi
  output=$("$agent" check 2>&1 </dev/null) ||
    fail "$output" "Something would not work, as marked above: see to it, then run this again."
  mark_done server "$want"
  said="spool-agent check has no complaint"
}

detach_supervisor() {
  local pid lock=$node_dir/lock log=$node_dir/node.log began
  if ! flock --nonblock "$lock" true; then
    said="the agent runs already; 'kill \$(cat $node_dir/pid)' ends it"
    return
  fi
  rm -f "$node_dir/pid"
  setsid "$nodes/supervise.sh" >>"$log" 2>&1 </dev/null &
  pid=$!
  began=$(now_ms)
  until [[ -s $node_dir/connected ]]; do
    kill -0 "$pid" 2>/dev/null || fail "$(tail -n 20 "$log")" "The agent did not start: the end of $log is above."
    (($(now_ms) - began < 60000)) ||
      fail "$(tail -n 20 "$log")" "The agent runs and has no connection yet: the end of $log is above."
    sleep 0.2
  done
  said="connected to $server; the log is $log, and 'kill $pid' ends it"
}

# quoted TEXT: as systemd reads a value.
quoted() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//%/%%}"
}

unit_text() {
  local name
  cat <<END
[Unit]
Description=Spool agent
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=$(quoted "$nodes/supervise.sh")
KillMode=mixed
TimeoutStopSec=$((${SPOOL_DRAIN_MS:-600000} / 1000 + 60))
Restart=on-failure
RestartSec=10
# A wrong setting, or the cost guard: nothing that another try would cure.
RestartPreventExitStatus=2 3
Environment=$(quoted "PATH=$PATH")
Environment=$(quoted "HOME=${HOME:-/root}")
END
  for name in "${!SPOOL_@}"; do
    printf 'Environment=%s\n' "$(quoted "$name=${!name}")"
  done
  printf '\n[Install]\nWantedBy=multi-user.target\n'
}

# Settings only, and never the token: its file is named.
install_unit() {
  local text
  ((EUID == 0)) || fail "A unit of systemd needs root: run this with sudo, or set SPOOL_NODE_SUPERVISOR=loop."
  command -v systemctl >/dev/null || fail "There is no systemd here: set SPOOL_NODE_SUPERVISOR=loop."
  text=$(unit_text)
  if [[ -f $unit && $(<"$unit") == "$text" ]] && systemctl is-active --quiet spool-node; then
    said="the unit spool-node runs with these settings already"
    return
  fi
  (umask 077 && printf '%s\n' "$text" >"$unit")
  quietly systemctl daemon-reload
  quietly systemctl enable spool-node
  quietly systemctl restart spool-node
  said="the unit spool-node runs; its log: journalctl -u spool-node -f; its end: systemctl stop spool-node"
}
