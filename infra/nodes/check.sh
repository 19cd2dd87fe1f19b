# shellcheck shell=bash disable=SC2034,SC2154 # node.sh owns node_dir, dry and said; python.sh owns python
# Sourced by node.sh: whether this machine can become a node. It changes nothing, so a dry run checks, too.

oldest_driver=580 # The first that runs CUDA 13, which the pinned torch is built for.

check_machine() {
  local told=()
  if [[ -n $dry ]]; then
    # A dry run goes on, so that all of it is seen.
    said=$(look_at_machine 2>&1 && printf '%s' "$said") || said="would end here: ${said#$'\n'}"
  else
    look_at_machine
  fi
}

look_at_machine() {
  [[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] ||
    fail "This machine is $(uname -s) on $(uname -m), and the packages are for Linux on x86_64: rent one of those."
  ((BASH_VERSINFO[0] >= 5)) || fail "bash is older than 5: use an image with Ubuntu 22.04, Debian 12 or newer."
  if needs_gpu; then
    check_gpus
    check_memory
  fi
  check_disk
  check_python
  said=$(printf '%s, ' "${told[@]}")
  said=${said%, }
}

check_gpus() {
  local found line name memory driver least=${SPOOL_NODE_MIN_VRAM_GB:-24}
  command -v nvidia-smi >/dev/null ||
    refuse "There is no NVIDIA driver (nvidia-smi is missing): rent a machine with a CUDA card and its driver, or" \
      "give the container its GPUs ('--gpus all'). SPOOL_ENGINES=i2v=preview,qwen=preview needs none."
  found=$(timeout 60 nvidia-smi --query-gpu=name,memory.total,driver_version \
    --format=csv,noheader,nounits 2>/dev/null) ||
    fail "The NVIDIA driver does not answer (nvidia-smi failed): reboot the machine, or rent another one."
  [[ -n $found ]] || refuse "The driver shows no GPU: rent a machine with one, or give the container its GPUs" \
    "('--gpus all')."
  while IFS= read -r line; do
    IFS=, read -r name memory driver <<<"$line"
    [[ $memory =~ ^\ *[0-9]+$ && $driver =~ ^\ *[0-9]+\. ]] ||
      fail "nvidia-smi says '$line', which is no name, memory and version: run it by hand and see to the driver."
    driver=${driver// /} memory=${memory// /}
    ((${driver%%.*} >= oldest_driver)) ||
      refuse "The driver is $driver and torch needs $oldest_driver or newer: install a newer driver, or rent a" \
        "machine that has one."
    # A card of 24 GB tells a little less.
    ((memory + memory / 12 >= least * 1024)) ||
      refuse "$name has $memory MiB of memory and $least GB are wanted: rent a larger card, or set" \
        "SPOOL_NODE_MIN_VRAM_GB."
    told+=("$name with $((memory / 1024)) GiB (driver $driver)")
  done <<<"$found"
}

# A container may have less than the machine.
check_memory() {
  local have limit least=${SPOOL_NODE_MIN_RAM_GB:-48}
  have=$(awk '/^MemTotal:/ { print int($2 / 1000000) }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  [[ ! $limit =~ ^[0-9]+$ ]] || ((limit / 1000000000 >= have)) || have=$((limit / 1000000000))
  ((have >= least)) ||
    refuse "There are $have GB of memory and $least GB are wanted, since weights pass through it: rent a machine" \
      "with more, or set SPOOL_NODE_MIN_RAM_GB."
  told+=("$have GB of memory")
}

# How much the models lack, the pull says itself before it starts.
check_disk() {
  local place=$node_dir free least=2
  ! needs_torch || least=10
  least=${SPOOL_NODE_MIN_DISK_GB:-$least}
  while [[ ! -e $place ]]; do place=$(dirname "$place"); done
  free=$(df --output=avail --block-size=1M "$place" | tail -n 1)
  free=$((free / 1000))
  ((free >= least)) ||
    refuse "$node_dir has $free GB of disk left and $least GB are needed: rent more disk, or set SPOOL_NODE_DIR to a" \
      "larger one."
  told+=("$free GB of disk")
}

check_python() {
  if [[ -n ${SPOOL_NODE_PYTHON:-} ]]; then
    [[ -x $SPOOL_NODE_PYTHON ]] || refuse "SPOOL_NODE_PYTHON is $SPOOL_NODE_PYTHON, which is no program: correct or" \
      "unset it."
    python=$SPOOL_NODE_PYTHON
  else
    find_python
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
      fail "This Python cannot make virtual environments: run 'apt-get install python3-venv', then run this again."
  fi
  told+=("$("$python" --version)")
}
