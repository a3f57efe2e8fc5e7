#!/usr/bin/env bash
# Puts the tables that the code prints between the markers of docs/protocol.md:
#     <!-- NAME: begin -->  ...  <!-- NAME: end -->
# Usage: BUILD=build docs/tools/update.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
page=docs/protocol.md
fresh=$(mktemp docs/.protocol.XXXXXX)
trap 'rm -f "$fresh"' EXIT

copying=1
while IFS= read -r line; do
    if [[ $line =~ ^'<!-- '([a-z]+)': end -->'$ ]]; then copying=1; fi
    if [ "$copying" = 1 ]; then printf '%s\n' "$line"; fi
    if [[ $line =~ ^'<!-- '([a-z]+)': begin -->'$ ]]; then
        copying=0
        "${BUILD:-build}/docs/tools/wire_doc" "${BASH_REMATCH[1]}"
    fi
done <"$page" >"$fresh"
[ "$copying" = 1 ] || { echo "update.sh: error: $page: a marker has no end" >&2; exit 1; }
chmod 644 "$fresh"
mv "$fresh" "$page"

# These are written whole.
write() { # file, generator, arguments...
    local file=$1 fresh
    shift
    fresh=$(mktemp "$(dirname "$file")/.fresh.XXXXXX")
    "${BUILD:-build}/docs/tools/$1" "${@:2}" >"$fresh"
    chmod 644 "$fresh"
    mv "$fresh" "$file"
}
write docs/wireshark/glassbox.lua wire_lua docs/tools/wireshark/*.lua
write docs/pictures/dialogue.svg wire_svg
BUILD=${BUILD:-build} docs/tools/pictures.py
setup/rooms.py --write
setup/reading.py --write
