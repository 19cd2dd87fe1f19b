# shellcheck shell=bash disable=SC2034,SC2154 # steps.sh owns root, venv and said
# Sourced by setup.sh: redis-server as a program only. The API and the tests start private ones of their own; no
# service of the system is started or enabled.

redis_minimum=7.0

redis_version() {
  version_in "$(redis-server --version)"
}

ensure_redis() {
  if command -v redis-server >/dev/null; then
    said="redis-server $(redis_version) is here"
  else
    announce "installing redis-server with apt-get"
    install_redis
    said="redis-server $(redis_version) is here, not running and not enabled"
  fi
  at_least "$(redis_version)" "$redis_minimum" ||
    fail "redis-server is $(redis_version), but Spool needs $redis_minimum or newer on the PATH."
}

install_redis() {
  command -v apt-get >/dev/null ||
    fail "redis-server is missing and this system has no apt: install Redis $redis_minimum or newer so that redis-server is on the PATH, then run this again."
  local as_root=()
  if ((EUID != 0)); then
    # Without a terminal, sudo could only hang or fail.
    if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
      fail "redis-server is missing and installing it needs root: run 'apt-get install redis-server' as root, then run this again."
    fi
    as_root=(sudo)
  fi
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" bash "$root/infra/setup/apt-without-services.sh" redis-server
}
