#!/usr/bin/env bash
# Runs every fuzz target for so many seconds, as many at once as there are processors: infra/setup/fuzz.sh SECONDS.
# FUZZ_SEED=n draws the same inputs each time; without it they are others each time.
# It begins with the seeds in tests/fuzz/seeds and the golden bytes in tests/fixtures, and keeps what it finds in
# target/fuzz/corpus for the next time. Closes with one line: "fuzz: N passed, N failed".
set -euo pipefail
# shellcheck source=infra/setup/steps.sh
source "$(dirname "$0")/steps.sh"
# shellcheck source=infra/setup/fuzz-tools.sh
source "$root/infra/setup/fuzz-tools.sh"
cd "$root"

readonly targets=(control bulk worker submit_json submit_multipart pictures)
fuzz_seconds=${1:-60}
jobs=${SPOOL_FUZZ_JOBS:-$(nproc)}
built=$root/target/fuzz
export CARGO_BUILD_BUILD_DIR=$built

build_targets() {
  announce "building the fuzz targets, some minutes the first time"
  quietly "$cargo_fuzz" build --fuzz-dir tests/fuzz --target-dir "$built" --sanitizer none
  said="done"
}

# seeds_of TARGET: the folders that a target begins with.
seeds_of() {
  case $1 in
    control | bulk) echo tests/fixtures/protocol/v1 ;;
    worker) echo tests/fixtures/worker/v1 ;;
  esac
  [[ ! -d tests/fuzz/seeds/$1 ]] || echo "tests/fuzz/seeds/$1"
}

# fuzz TARGET: runs it, and leaves 1 in its file of results if it holds.
fuzz() {
  local target=$1 log=$built/$1.log corpus=$built/corpus/$1 found=$built/found/$1 seeds status=0 tries
  mapfile -t seeds < <(seeds_of "$target")
  mkdir -p "$corpus" "$found"
  "$built"/*/release/"$target" -seed="${FUZZ_SEED:-0}" -max_total_time="$fuzz_seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$found/" "$corpus" "${seeds[@]}" >"$log" 2>&1 </dev/null || status=$?
  tries=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if ((status == 0)) && [[ ${tries:-0} != 0 ]]; then
    printf '%-18s ok: %s inputs\n' "$target" "$tries"
    echo ok >"$built/$target.result"
  else
    printf '%-18s FAILED after %s inputs; the input lies in %s\n%s\n' "$target" "${tries:-0}" "${found#"$root/"}" \
      "$(grep -aE 'panicked|where .* enough|ERROR: libFuzzer' -A 2 "$log" || tail -n 20 "$log")"
  fi
}

step cargo-fuzz ensure_cargo_fuzz
step targets build_targets
rm -f "$built"/*.result
for target in "${targets[@]}"; do
  while (($(jobs -rp | wc -l) >= jobs)); do
    wait -n || true
  done
  fuzz "$target" &
done
wait
passed=$(find "$built" -maxdepth 1 -name '*.result' | wc -l)
failed=$((${#targets[@]} - passed))
echo "fuzz: $passed passed, $failed failed"
((failed == 0))
