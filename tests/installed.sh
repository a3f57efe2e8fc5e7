#!/usr/bin/env bash
# What a stranger has after `make install`: twelve headers, four libraries and glassbox.pc. Each header
# compiles alone, the examples of docs/ compile with what pkg-config says, and talk to each other. A lesson
# begins, and has its pages, the programs and what its commands use.
# Run by tests/cli/installed.clitest; GLASSBOX_BUILD and GLASSBOX_BIN say which build is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$root"' EXIT

san=
case "$GLASSBOX_BUILD" in */address) san="SAN=address" ;; esac
# The outer make's jobs and targets are none of this one's business.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory install \
    BUILD="${GLASSBOX_BUILD#"$PWD"/}" $san DESTDIR="$root" PREFIX=/opt/glassbox >/dev/null
headers=("$root"/opt/glassbox/include/glassbox/*.h)
echo "headers: ${#headers[@]}"

export PKG_CONFIG_PATH=$root/opt/glassbox/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
read -ra flags < <(pkg-config --cflags glassbox)
read -ra libraries < <(pkg-config --libs glassbox)
read -ra compiler <<<"${CC:-cc} -std=gnu11 -Wall -Wextra -Wpedantic -Werror ${san:+-fsanitize=address,undefined}"
for header in "${headers[@]}"; do
    echo "#include \"${header##*/}\"" | "${compiler[@]}" "${flags[@]}" -x c -fsyntax-only -
done
cd docs/examples
for example in echo_server echo_client; do
    "${compiler[@]}" "${flags[@]}" -o "$root/$example" "$example.c" "${libraries[@]}"
done

export HOME=$root/user
mkdir "$HOME"
"$root/opt/glassbox/bin/glassbox" lesson start 12 >"$root/said" # whole: a reader that goes ends the writer, too
head -n 1 "$root/said"
cd "$HOME/glassbox-lessons/12"
bin/cipher encrypt vigenere:latin --key-text key --text 'meet me'
ls docs/examples/letters/river.txt docs/pictures/dialogue.svg docs/museum/01-to-compare.py
bin/lesson read >"$root/page"
head -n 1 "$root/page"

export GLASSBOX_HOME=$root/home
"$GLASSBOX_BIN/keytool" gen client >/dev/null 2>&1
"$GLASSBOX_BIN/keytool" allow add "$GLASSBOX_HOME/keys/client.pub.csv" --name anna >/dev/null
"$root/echo_server" 0 >"$root/said" 2>&1 &
server=$!
for _ in $(seq 300); do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$root/said")
    [ -z "$port" ] || break
    sleep 0.1
done
echo 'good morning' | "$root/echo_client" localhost "$port"
