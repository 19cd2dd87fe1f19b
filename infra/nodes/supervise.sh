#!/usr/bin/env bash
# Runs the agent, starts it again when it crashes, and guards the cost of the machine: it ends the agent after idle
# minutes or repeated out-of-memory, and then calls what powers the machine off. node.sh starts it with its settings.
#
# Exit status: 0 asked to end, or idle and powered off; 2 a wrong setting; 3 stopped by the cost guard for
# out-of-memory; 4 idle, and what powers the machine off failed.
set -uo pipefail
node_dir=${SPOOL_NODE_DIR:?is set by node.sh}
idle_minutes=${SPOOL_NODE_IDLE_MINUTES:-0}
idle_s=$(awk -v minutes="$idle_minutes" 'BEGIN { print int(60 * minutes + 0.5) }')
memory_limit=${SPOOL_NODE_OUT_OF_MEMORY:-3}
power_off=${SPOOL_NODE_POWER_OFF:-}
agent=$node_dir/bin/spool-agent
# The agent's folder for running jobs lies there, and one that was killed leaves nothing behind for long.
export TMPDIR=$node_dir/tmp
# What the guard reads is logged whatever else is not.
export SPOOL_LOG=${SPOOL_LOG:-info},spool_agent::decide::outcome=info,spool_agent::decide::link=info

say() {
  printf 'spool-node: %s\n' "$*"
}

mkdir -p "$TMPDIR" && chmod 700 "$TMPDIR" || exit 2
exec 8>>"$node_dir/lock"
flock --nonblock 8 || {
  say "another supervisor runs in $node_dir: end that one first, or set SPOOL_NODE_DIR to another folder."
  exit 2
}
printf '%s\n' "$$" >"$node_dir/pid"
rm -f "$node_dir/connected"
pipe=$TMPDIR/log
rm -f "$pipe"
mkfifo -m 600 "$pipe" || exit 2
# Open for both, so that it has no end when an agent ends.
exec 9<>"$pipe"

child="" why="" status=0
trap 'stop signal' TERM INT

# stop WHY: the agent finishes its jobs; told a second time, it gives them back.
stop() {
  [[ -n $why && $1 != signal ]] || why=$1
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null
}

start_agent() {
  # A session of its own: a Ctrl-C reaches the supervisor alone. Should that be killed, the kernel ends the agent.
  setsid setpriv --pdeathsig TERM "$agent" >"$pipe" 2>&1 </dev/null 8>&- 9>&- &
  child=$!
  started=$SECONDS
}

# heard LINE: what a line of the agent's own log says; a worker's lines cannot look like it.
heard() {
  local text='^[^ ]+ +(INFO|WARN) (agent\{[^}]*\}: )?spool_agent::decide::(outcome|link): (.*)$' what=""
  local json='^[{]"timestamp":"[^"]*","level":"(INFO|WARN)",'
  json+='"message":"(The job failed|The result is stored|Connected to the API)'
  if [[ $1 =~ $text ]]; then
    what=${BASH_REMATCH[4]}
    [[ $what != "The job failed: "*" code=out_of_memory" ]] || what=out_of_memory
  elif [[ $1 =~ $json && $1 == *\"target\":\"spool_agent::decide::* ]]; then
    what=${BASH_REMATCH[2]}
    [[ $what != "The job failed" || $1 != *\"code\":\"out_of_memory\"* ]] || what=out_of_memory
  fi
  case $what in
    out_of_memory)
      memory_failures=$((memory_failures + 1))
      if ((memory_limit > 0 && memory_failures >= memory_limit)) && [[ -z $why ]]; then
        say "$memory_failures jobs in a row ran out of memory: the agent ends." \
          "Take a larger card, or fewer workflows in SPOOL_NODE_WORKFLOWS."
        stop memory
      fi
      ;;
    "The result is stored"*) memory_failures=0 ;;
    "Connected to the API"*) printf '%s\n' "$child" >"$node_dir/connected" ;;
  esac
}

# look_at_the_clock: idle is who has had no job in the folder of jobs, whatever the log says. A folder changes its time
# when something comes into it or leaves it, so that no job is too short to be seen.
look_at_the_clock() {
  local jobs entry changed
  ((idle_s > 0)) && [[ -z $why ]] || return 0
  # That of this agent is the newest; before it is there, the agent starts.
  changed=$((EPOCHSECONDS - SECONDS + started))
  for jobs in "$TMPDIR"/spool-agent-*/jobs; do
    [[ -d $jobs ]] || continue
    for entry in "$jobs"/*; do
      [[ ! -e $entry ]] || return 0
    done
    entry=$(stat --format %Y "$jobs" 2>/dev/null || echo 0)
    ((entry <= changed)) || changed=$entry
  done
  if ((EPOCHSECONDS - changed >= idle_s)); then
    say "no job for $idle_minutes minutes: the agent ends."
    stop idle
  fi
}

# next_line SECONDS: a read that runs out of time leaves the beginning of a line, which is kept for the next one.
next_line() {
  if IFS= read -r -t "$1" -u 9 line; then
    line=$begun$line begun=""
    printf '%s\n' "$line"
    heard "$line"
    return 0
  fi
  begun+=$line
  return 1
}

# follow: until the agent ends; leaves its exit status in `status`.
follow() {
  local line="" begun="" looked=$SECONDS
  while kill -0 "$child" 2>/dev/null; do
    next_line 1 || true
    ((SECONDS == looked)) || look_at_the_clock
    looked=$SECONDS
  done
  while next_line 0.1; do :; done
  wait "$child"
  status=$?
  child=""
  rm -f "$node_dir/connected"
}

# end_machine STATUS: the last thing, after the agent is gone.
end_machine() {
  rm -f "$pipe" "$node_dir/pid"
  if [[ -z $power_off ]]; then
    say "SPOOL_NODE_POWER_OFF is not set, so the machine goes on and costs what it costs."
    exit "$1"
  fi
  say "powering the machine off, as SPOOL_NODE_POWER_OFF says."
  if ! env -u SPOOL_AGENT_TOKEN_FILE bash -c "$power_off" </dev/null; then
    say "SPOOL_NODE_POWER_OFF failed, and the machine still costs money: power it off by hand."
    ((${1} != 0)) || exit 4
  fi
  exit "$1"
}

memory_failures=0 pause=1
while true; do
  start_agent
  follow
  case $why in
    signal)
      rm -f "$pipe" "$node_dir/pid"
      exit "$status"
      ;;
    idle) end_machine 0 ;;
    memory) end_machine 3 ;;
  esac
  if ((status == 0)); then
    say "the agent was asked to end, and did."
    exit 0
  fi
  if ((status == 2)); then
    say "the agent refuses its settings, as it says above: correct them, then start it again."
    exit 2
  fi
  ((SECONDS - started < 60)) || pause=1
  say "the agent ended with status $status and is started again in $pause s."
  # A signal ends the wait.
  sleep "$pause" &
  wait $!
  [[ -z $why ]] || exit 0
  pause=$((pause < 30 ? pause * 2 : 60))
done
