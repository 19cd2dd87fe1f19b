# shellcheck shell=bash disable=SC2034,SC2154 # steps.sh owns root and said
# Sourced by setup.sh: the studio's packages, and the studio itself in web/dist, from where the API serves it.

node_minimum=20.19

check_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail "Node is missing: install Node $node_minimum or newer with npm (22 or 24 if you can choose), then run this again."
  at_least "$(version_in "$(node --version)")" "$node_minimum" ||
    fail "Node is $(node --version), but the studio needs $node_minimum or newer."
}

# ensure_packages: what the lock says, no more and no less.
ensure_packages() {
  check_node
  local stamp=$root/web/node_modules/.spool wanted
  wanted=$(printf '%s %s' "$(node --version)" "$(sha256sum <"$root/web/package-lock.json")")
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    said="Node $(version_in "$(node --version)") is here, web/node_modules is up to date"
    return
  fi
  announce "installing the studio's packages, half a minute"
  quietly npm --prefix "$root/web" ci --no-audit --no-fund
  printf '%s' "$wanted" >"$stamp"
  said="done"
}

# studio_sources: changes when anything changes that the built studio is made of.
studio_sources() {
  (
    cd "$root/web"
    find src public scripts/compress.mjs index.html vite.config.ts package-lock.json -type f ! -name '*.test.*' -print0 |
      sort -z | xargs -0 sha256sum | sha256sum
  )
}

build_studio() {
  local stamp=$root/web/dist/.spool wanted
  wanted=$(studio_sources)
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    said="web/dist is up to date"
    return
  fi
  announce "building the studio"
  quietly npm --prefix "$root/web" run build
  printf '%s' "$wanted" >"$stamp"
  said="done"
}
