# shellcheck shell=bash disable=SC2154 # steps.sh owns root
# Sourced by what installs Debian packages.

# apt_install PROGRAM PACKAGE [INSTEAD]: as root, or by sudo where that needs no answer that nobody could give.
apt_install() {
  local program=$1 package=$2 instead=${3:-} as_root=()
  command -v apt-get >/dev/null ||
    fail "$program is missing and this system has no apt: install it so that $program is on the PATH${instead:+, $instead}, then run this again."
  if ((EUID != 0)); then
    # Without a terminal, sudo could only hang or fail.
    if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
      fail "$program is missing and installing it needs root: run 'apt-get install $package' as root, then run this again."
    fi
    as_root=(sudo)
  fi
  quietly "${as_root[@]}" apt-get update
  "${as_root[@]}" apt-get install --simulate "$package" >/dev/null 2>&1 </dev/null ||
    fail "$program is missing and apt-get has no package $package that can be installed here: install it in another way so that $program is on the PATH${instead:+, $instead}, then run this again."
  quietly "${as_root[@]}" bash "$root/infra/setup/apt-without-services.sh" "$package"
}
