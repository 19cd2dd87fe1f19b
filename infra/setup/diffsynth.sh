# shellcheck shell=bash disable=SC2034,SC2154 # steps.sh owns root, venv and said; python.sh owns python
# Sourced by setup.sh: the environment of the engine `diffsynth`. It is one of its own, since torch and what comes with
# it take 6 GB, and neither the demo nor the checks need them.

diffsynth_megabytes=8000 # while it installs; 6,400 stay

ensure_diffsynth() {
  find_python
  local venv=$root/.venv-diffsynth origin packages free had=()
  local stamp=$venv/spool.stamp
  origin=$(wanted_origin)
  packages=$(cat python/{pyproject.toml,constraints.txt,constraints-diffsynth.txt} | sha256sum | cut -d ' ' -f 1)
  [[ ! -f $stamp ]] || mapfile -t had <"$stamp"
  if [[ ${had[0]:-} == "$origin" && ${had[1]:-} == "$packages" ]]; then
    said=".venv-diffsynth is up to date"
    return
  fi
  if [[ ${had[0]:-} != "$origin" ]]; then
    free=$(df --output=avail --block-size=1M "$root" | tail -n 1)
    ((free >= diffsynth_megabytes)) ||
      fail "torch and diffsynth need $diffsynth_megabytes MB of disk, and ${free// /} MB are free below $root."
    announce "installing torch and diffsynth into .venv-diffsynth, 6 GB and some minutes"
    make_venv
  else
    announce "installing what is new for diffsynth into .venv-diffsynth"
  fi
  printf '%s\n' "$origin" >"$stamp"
  quietly "$venv/bin/python" -m pip install --constraint python/constraints.txt \
    --constraint python/constraints-diffsynth.txt --editable 'python[worker,diffsynth,dev]'
  # Only now, so that an installation that was interrupted is done again.
  printf '%s\n' "$packages" >>"$stamp"
  said="done"
}
