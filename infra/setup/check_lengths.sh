#!/usr/bin/env bash
# No source file has more than 400 lines. Tests inside a Rust file, which come last there, do not count.
set -euo pipefail
cd "$(dirname "$0")/../.."

git ls-files -z --cached --others --exclude-standard '*.rs' '*.py' '*.lua' '*.sh' '*.ts' '*.tsx' '*.css' |
  xargs -0 awk '
    FNR == 1 { counting = 1 }
    /^#\[cfg\(test\)\]/ { counting = 0 }
    counting { lines[FILENAME]++ }
    END {
      for (file in lines) if (lines[file] > 400) { print file ": " lines[file] " lines, 400 are allowed"; long = 1 }
      exit long
    }'
