#!/usr/bin/env bash
# Installs Debian packages without starting or enabling the services they bring. Run as root: PACKAGE…
set -euo pipefail

# Debian asks this program before it starts any service; 101 means no.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"

# The packages' own scripts enable their units for the next boot; the caller installs only what was absent.
if command -v systemctl >/dev/null; then
  for package in "$@"; do
    systemctl disable "$package.service" 2>/dev/null || true
  done
fi
