#!/usr/bin/env bash
# Puts each bug of shared/faults/src/bug.rs in, one after the other, and demands that what is named here catches it:
# random scripts within 40 runs, or a test. Closes with one line: "bugs: N caught, N missed".
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
cd "$root"

readonly runs=40 seed=1
# The random scripts with the switch for bugs in them, beside the ordinary program of that name.
readonly armed=$root/target/debug/faults/chaos_scripts
caught=0
missed=0

build_armed() {
  local example=(cargo build --workspace --example chaos_scripts --locked)
  announce "building the random scripts with the switch for bugs"
  quietly "${example[@]}" --features spool-api/faults
  mkdir -p "${armed%/*}"
  cp target/debug/examples/chaos_scripts "$armed"
  quietly "${example[@]}"
  said="done"
}

# tell BUG SENTENCE CAUGHT: counts, and says it.
tell() {
  if (($3)); then caught=$((caught + 1)); else missed=$((missed + 1)); fi
  printf '%-16s %s\n' "$1" "$2"
}

# scripts BUG
scripts() {
  local bug=$1 output status=0 after
  output=$(SPOOL_BUG=$bug SPOOL_FIRST=1 "$armed" "$runs" "$seed" 2>&1 </dev/null) || status=$?
  after=$(sed -n 's/^violation after \([0-9]*\) runs.*/\1/p' <<<"$output")
  if ((status != 0)) && [[ -n $after ]]; then
    tell "$bug" "caught by random scripts after $after runs" 1
  else
    tell "$bug" "MISSED by $runs random scripts" 0
  fi
}

# row BUG TEST: a test that must fail with the bug in, and does not without.
row() {
  local bug=$1 name=$2 output
  local test=(cargo test --workspace --locked --test faults "$name")
  if ! output=$("${test[@]}" 2>&1 </dev/null) || ! grep -qE '^test .* ok$' <<<"$output"; then
    tell "$bug" "MISSED: the test $name does not pass without it" 0
    return
  fi
  output=$(SPOOL_BUG=$bug "${test[@]}" 2>&1 </dev/null || true)
  if grep -q '^test result: FAILED' <<<"$output"; then
    tell "$bug" "caught by the test $name" 1
  else
    tell "$bug" "MISSED by the test $name" 0
  fi
}

step armed build_armed
for bug in no_fence fence_by_agent fence_by_status two_step_claim two_step_reap blind_cancel uncounted_loss host_clock; do
  scripts "$bug"
done
row ack_first a_result_is_committed_through_the_other_replica
row wrong_offset a_result_is_committed_through_the_other_replica
row lost_doorbell a_job_whose_replica_died_before_it_rang

echo "bugs: $caught caught, $missed missed"
((missed == 0))
