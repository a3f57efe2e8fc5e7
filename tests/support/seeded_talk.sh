#!/usr/bin/env bash
# A talk of one line under --seed 1978, from fresh homes: the same to the byte wherever it is played.
# Usage: tests/support/seeded_talk.sh SUITE FOLDER [OPTION...]     leaves FOLDER/SUITE.rec, the client's
# recording; options are the client's, too
set -euo pipefail
bin=${GLASSBOX_BIN:-bin} suite=$1 folder=$2
shift 2
home=$folder/$suite

await() { # file, pattern: until the file holds it; 20 seconds at most
    for _ in {1..400}; do
        grep -qs "$2" "$1" && return
        sleep 0.05
    done
    cat "$1" >&2
    exit 1
}

"$bin/keytool" gen anna --seed 1978 --suite "$suite" --home "$home" >/dev/null 2>&1
"$bin/keytool" allow add "$home/keys/anna.pub.csv" --allow-published --home "$home" >/dev/null 2>&1
"$bin/chat" server --home "$home" --seed 1978 --port 0 --suite "$suite" --log "$home/log" 2>"$home/server" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
await "$home/log" 'listening port=[0-9]* '
port=$(sed -n 's/.*listening port=\([0-9]*\) .*/\1/p' "$home/log")
: >"$home/heard"
# shellcheck disable=SC2094  # one writes what the other waits for
{
    await "$home/heard" 'you are anna'
    echo hello
    await "$home/heard" 'anna: hello'
    echo /quit
} | "$bin/chat" connect localhost --home "$home" --key anna --seed 1978 --accept-new --port "$port" \
    --suite "$suite" "$@" --record "$folder/$suite.rec" >"$home/heard" 2>"$home/client"
