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
    apt_install redis-server redis-server "version $redis_minimum or newer"
    said="redis-server $(redis_version) is here, not running and not enabled"
  fi
  at_least "$(redis_version)" "$redis_minimum" ||
    fail "redis-server is $(redis_version), but Spool needs $redis_minimum or newer on the PATH."
}
