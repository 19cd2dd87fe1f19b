# shellcheck shell=bash disable=SC2034,SC2154 # node.sh owns its flags, and reads what is set here
# Sourced by node.sh: the settings, read once.

# refuse PART…: ends the script with the sentence that these make.
refuse() {
  fail "$*"
}

read_settings() {
  local fallback=/opt/spool-node name
  ((EUID == 0)) || fallback=${XDG_DATA_HOME:-$HOME/.local/share}/spool/node
  node_dir=${SPOOL_NODE_DIR:-$fallback}
  [[ $node_dir == /* ]] || fail "SPOOL_NODE_DIR must be a whole path that begins with /."
  workflows=${SPOOL_NODE_WORKFLOWS:-i2v,qwen}
  preset=${SPOOL_NODE_PRESET:-lightning}
  [[ $preset == lightning || $preset == quality ]] || fail "SPOOL_NODE_PRESET must be lightning or quality."
  IFS=, read -ra workflow_list <<<"$workflows"
  for name in "${workflow_list[@]}"; do
    [[ $name == i2v || $name == qwen ]] || fail "SPOOL_NODE_WORKFLOWS must be i2v, qwen or i2v,qwen."
  done
  # What the agent is told, unless it is told otherwise: the workflows that the models were pulled for.
  engines=${SPOOL_ENGINES:-$(printf '%s=diffsynth,' "${workflow_list[@]}")}
  engines=${engines%,}
  models_dir=${SPOOL_MODELS_DIR:-$node_dir/models}
  server=${SPOOL_SERVER:-}
  token_file=${SPOOL_AGENT_TOKEN_FILE:-$node_dir/token}
  agent=$node_dir/bin/spool-agent
  # An environment that is there already, or the one that the repository's own set-up makes.
  worker_python=${SPOOL_NODE_PYTHON:-$root/.venv-diffsynth/bin/python}
  [[ $worker_python == /* ]] || fail "SPOOL_NODE_PYTHON must be a whole path that begins with /."
  [[ ${SPOOL_NODE_IDLE_MINUTES:-0} =~ ^[0-9]{1,6}(\.[0-9]{1,3})?$ ]] ||
    refuse "SPOOL_NODE_IDLE_MINUTES must be a number, for example 20."
  for name in SPOOL_NODE_OUT_OF_MEMORY SPOOL_NODE_MIN_VRAM_GB SPOOL_NODE_MIN_RAM_GB \
    SPOOL_NODE_MIN_DISK_GB; do
    [[ ${!name:-0} =~ ^[0-9]{1,6}$ ]] || fail "$name must be a whole number."
  done
  [[ -z ${SPOOL_AGENT_TOKEN:-} ]] ||
    refuse "SPOOL_AGENT_TOKEN is set, and every program of this machine would inherit it: put the token into a file," \
      "name that in SPOOL_AGENT_TOKEN_FILE, and unset it; or give it to --token-stdin."
  case ${SPOOL_NODE_SUPERVISOR:-auto} in
    auto | loop | systemd) ;;
    *) fail "SPOOL_NODE_SUPERVISOR must be auto, loop or systemd." ;;
  esac
}

# needs_gpu: whether what runs here needs a card, torch and weights.
needs_gpu() {
  [[ ,$engines, =~ =diffsynth, ]]
}

# needs_torch: the engines with tiny random weights run on anything, but through the same libraries.
needs_torch() {
  [[ ,$engines, =~ =diffsynth ]]
}

# keep_token: the only way for a token that is in no file yet. It is in no argument and no log.
keep_token() {
  [[ -n $token_stdin ]] || return 0
  if [[ -n $dry ]]; then
    echo "token      would be read from standard input into $token_file, for this user alone"
    return
  fi
  local token
  IFS= read -r token || [[ -n $token ]] || fail "Standard input holds no token: pipe its file into this command."
  (
    umask 077
    rm -f "$token_file"
    printf '%s\n' "$token" >"$token_file"
  ) 2>/dev/null || refuse "The token cannot be written to $token_file: set SPOOL_AGENT_TOKEN_FILE to a place that" \
    "this user may write."
  echo "token      kept in $token_file, for this user alone"
}

# check_server: what must be known before anything dials.
check_server() {
  [[ -n $server ]] || fail "SPOOL_SERVER is not set: give it the address of the API, for example wss://spool.example."
  [[ $server =~ ^wss?://[^/@]+ && $server != *@* ]] ||
    fail "SPOOL_SERVER must be wss://HOST, or ws:// on this machine, and hold no token."
  if [[ -e $token_file ]]; then
    [[ -r $token_file && -s $token_file ]] ||
      fail "The token's file $token_file is empty or may not be read: write the agent's token into it."
  elif [[ -n ${SPOOL_AGENT_TOKEN_FILE:-} || $server == wss://* ]]; then
    [[ -n $dry ]] || refuse "There is no token in $token_file: make one with 'spool-api key new NAME --agent' on the" \
      "server, and give it to --token-stdin or write it there."
  fi
}
