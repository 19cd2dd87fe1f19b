#!/usr/bin/env bash
# Runs one real job on this machine: API, Redis, agent, worker, command line. Writes demo.mp4 and ends everything.
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
# shellcheck source=infra/setup/serve.sh
source "$root/infra/setup/serve.sh"
cd "$root"

picture=tests/fixtures/samples/chelsea.png
frames=81

start() {
  start_spool 127.0.0.1:0
  said="API, its private Redis and one agent are up; the studio is at http://$address until this ends"
}

check_clip() {
  said=$("$venv/bin/python" infra/setup/check_clip.py demo.mp4 "$frames")
}

step start start
began=$(now_ms)
"$venv/bin/spool" --server "http://$address" i2v "$picture" \
  --prompt "the cat turns its head, slow zoom in" --frames "$frames" --output demo.mp4
echo "job        spool i2v $picture ran through the public API ($(seconds_since "$began") s)"
step clip check_clip
echo
echo "demo.mp4 was made by the preview engine: camera motion over the picture, no AI model ran."
echo "The studio, for as long as you like: make up"
