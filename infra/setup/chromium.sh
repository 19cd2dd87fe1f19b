# shellcheck shell=bash disable=SC2034 # steps.sh owns said
# Sourced by setup.sh: the browser of the studio's end-to-end tests. Nothing else needs it.

# find_chromium: leaves a browser in `chromium`.
find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    chromium=$(command -v "$name") && return
  done
  return 1
}

ensure_chromium() {
  if ! find_chromium; then
    announce "installing chromium with apt-get, a quarter of a minute"
    apt_install chromium chromium "or Google Chrome"
    find_chromium || fail "apt-get installed no browser: install Chromium or Google Chrome, then run this again."
  fi
  said="$(version_in "$("$chromium" --version 2>/dev/null)" || true)"
  said="$chromium ${said:-} is here"
}
