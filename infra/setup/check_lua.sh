#!/usr/bin/env bash
# Compiles every script with the Lua that will run it: SCRIPT LOAD on a private redis-server.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' --dir "$folder" >"$folder/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
until redis-cli -s "$folder/redis.sock" ping >/dev/null 2>&1; do
  kill -0 "$server" || { cat "$folder/log"; exit 1; }
  sleep 0.05
done

status=0
while IFS= read -r script; do
  [[ -e $script ]] || continue
  reply=$(redis-cli -s "$folder/redis.sock" -x SCRIPT LOAD <"$script" 2>&1)
  if [[ ! $reply =~ ^[0-9a-f]{40}$ ]]; then
    printf '%s: %s\n' "$script" "$reply"
    status=1
  fi
done < <(git ls-files --cached --others --exclude-standard '*.lua')
exit "$status"
