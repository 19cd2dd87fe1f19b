#!/usr/bin/env bash
# Serves Spool on this machine until Ctrl-C, at SPOOL_LISTEN if that is set.
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
# shellcheck source=infra/setup/serve.sh
source "$root/infra/setup/serve.sh"
cd "$root"

# The usual port, or a free one where something already answers there.
choose_listen() {
  if (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null; then
    printf '127.0.0.1:0'
  else
    printf '127.0.0.1:8080'
  fi
}

start() {
  start_spool "${SPOOL_LISTEN:-$(choose_listen)}"
  said="API, its private Redis and one agent are up; logs in $run"
}

step start start
# From here on this is the way it is meant to end.
trap 'exit 0' INT TERM
cat <<END

From another terminal:

  .venv/bin/spool --server http://$address i2v tests/fixtures/samples/chelsea.png -p "slow zoom in" -o cat.mp4
  curl http://$address/api/jobs

Jobs and results live as long as this runs; Ctrl-C ends it.

The studio: http://$address
END
# Until one of the two ends, or a signal arrives.
wait -n "$api" "$agent" || true
fail "The API or the agent ended by itself."
