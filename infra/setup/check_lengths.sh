#!/usr/bin/env bash
# No source file has more than 400 lines. Tests inside a Rust file, which come last there, do not count, nor do files
# that are made from others and say so in their first line.
set -euo pipefail
cd "$(dirname "$0")/../.."

files=()
while IFS= read -r file; do
  # Deleted, but not committed yet.
  [[ ! -e $file ]] || files+=("$file")
done < <(git ls-files --cached --others --exclude-standard '*.rs' '*.py' '*.lua' '*.sh' '*.ts' '*.tsx' '*.css')

awk '
  FNR == 1 { counting = !/Do not edit/ }
  /^#\[cfg\(test\)\]/ { counting = 0 }
  counting { lines[FILENAME]++ }
  END {
    for (file in lines) if (lines[file] > 400) { print file ": " lines[file] " lines, 400 are allowed"; long = 1 }
    exit long
  }' "${files[@]}"
