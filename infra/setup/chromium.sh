# shellcheck shell=bash disable=SC2034 # steps.sh owns said
# Sourced by setup.sh: the browser of the studio's end-to-end tests. Nothing else needs it.

chromium_instead="or Google Chrome (Ubuntu has Chromium as a snap only, which does not see the folders of the tests), or name another build of it in SPOOL_CHROMIUM"

# find_chromium: leaves a browser that starts in `chromium`, and what it says of itself in `chromium_says`. The tests look
# in the same places: see web/e2e/world/browser.ts.
find_chromium() {
  local name names=(chromium chromium-browser google-chrome google-chrome-stable)
  [[ -z ${SPOOL_CHROMIUM:-} ]] || names=("$SPOOL_CHROMIUM")
  for name in "${names[@]}"; do
    chromium=$(command -v "$name") || continue
    # Ubuntu's chromium-browser is a script that only asks for snap where there is none.
    chromium_says=$("$chromium" --version 2>/dev/null </dev/null) && return
  done
  return 1
}

ensure_chromium() {
  if [[ -n ${SPOOL_CHROMIUM:-} ]] && ! find_chromium; then
    fail "SPOOL_CHROMIUM names $SPOOL_CHROMIUM, which is no browser that starts: correct it, or unset it."
  fi
  if ! find_chromium; then
    announce "installing chromium with apt-get, a quarter of a minute"
    apt_install chromium chromium "$chromium_instead"
    find_chromium ||
      fail "apt-get installed no browser that starts: install Chromium, $chromium_instead, then run this again."
  fi
  said="$chromium $(version_in "$chromium_says" || true) is here"
}
