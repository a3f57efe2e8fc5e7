#!/usr/bin/env bash
# Compares what `chat explain --math` tells of a seeded talk with tests/vectors/explain_SUITE.txt (a colon is an underscore there).
# Usage: tests/support/seeded_golden.sh SUITE...     GOLDEN=new writes the file anew
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for suite; do
    golden=tests/vectors/explain_${suite//:/_}.txt
    tests/support/seeded_talk.sh "$suite" "$work"
    "${GLASSBOX_BIN:-bin}/chat" explain "$work/$suite.rec" --math |
        sed -e 's/127\.0\.0\.1 port [0-9]*/127.0.0.1 port N/g' -e '/^5 The end/,$d' >"$work/told"
    if [ "${GOLDEN:-}" = new ]; then
        cp "$work/told" "$golden"
    elif diff "$golden" "$work/told"; then
        echo "as it was"
    fi
done
