# shellcheck shell=bash disable=SC2034 # said is read by the scripts that source this
# Sourced by fuzz.sh, after steps.sh: cargo-fuzz, which builds the fuzz targets. It works with a stable compiler, as long
# as no sanitizer is asked for.

fuzz_version=0.13.2

# ensure_cargo_fuzz: leaves the program in `cargo_fuzz`: the user's own of that version, or one below target/.
ensure_cargo_fuzz() {
  local own=$root/target/fuzz-tools
  for cargo_fuzz in cargo-fuzz "$own/bin/cargo-fuzz"; do
    if [[ $(version_in "$("$cargo_fuzz" --version 2>/dev/null)") == "$fuzz_version" ]]; then
      said="cargo-fuzz $fuzz_version is here"
      return
    fi
  done
  announce "building cargo-fuzz $fuzz_version, about a minute"
  quietly cargo install cargo-fuzz --version "$fuzz_version" --locked --root "$own" --target-dir "$own/build"
  rm -rf "$own/build"
  said="done"
}
