# shellcheck shell=bash disable=SC2034 # steps.sh owns said
# Sourced by setup.sh: what the tests of faults need beside Spool. Each is a program only; no service is started or
# enabled, and no test needs a right.

# The tools of networks are in folders that only root has on its PATH.
have() {
  PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null
}

ensure_fault_tools() {
  local pair missing=()
  for pair in "ip iproute2" "nft nftables" "faketime faketime" "nginx nginx-light"; do
    have "${pair% *}" || missing+=("$pair")
  done
  if ((${#missing[@]} > 0)); then
    announce "installing ${missing[*]#* } with apt-get"
    for pair in "${missing[@]}"; do
      apt_install "${pair% *}" "${pair#* }"
    done
  fi
  said="ip, nft, faketime and nginx are here"
}
