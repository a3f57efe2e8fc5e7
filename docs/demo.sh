#!/usr/bin/env bash
# The whole story on one screen: keys, the allow-list, the handshake, the move to new ports, a talk, a
# stranger cut off, the same keys on a second start, all of it again with the suites of the course, and files by FTP.
# Every line behind a name is what that program itself printed. Run by `make demo`; leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

BIN=$(realpath "${BIN:-bin}")
PORT=${PORT:-10101}
PATIENCE=30 # seconds that any one step may take
stage=$(mktemp -d)
declare -A pid told
unset GLASSBOX_HOME

end() {
    local name
    for name in "${!pid[@]}"; do
        kill "${pid[$name]}" 2>/dev/null || true
    done
    wait
    rm -rf "$stage"
}
trap end EXIT

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
else
    bold='' dim='' plain=''
fi

scene() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '%s   %s%s\n' "$dim" "$1" "$plain"; }
fail() {
    printf '\ndemo: error: %s\n' "$1" >&2
    tail -n 20 "$stage"/*.log >&2 || true
    exit 1
}

# What a program has printed since it was last asked, or the lines of it that fit a pattern.
tell() { # name, [pattern]
    local lines
    lines=$(wc -l <"$stage/$1.log")
    if [ "$lines" -gt "${told[$1]:-0}" ]; then
        sed -n "$((${told[$1]:-0} + 1)),${lines}p" "$stage/$1.log" | { grep -E -- "${2:-^}" || true; } |
            sed -e "s|$stage/||g" -e "s|$PWD/||g" -e "s/^/$(printf '%7s' "$1") | /"
        told[$1]=$lines
    fi
}

await() { # name, pattern: waits until the program has printed it
    local start=$SECONDS
    until grep -qE -- "$2" "$stage/$1.log"; do
        ((SECONDS - start < PATIENCE)) || fail "$1 did not say '$2' within $PATIENCE seconds"
        sleep 0.05
    done
}

await_new() { # name, pattern: likewise, but only in what it has not told yet
    local start=$SECONDS
    until tail -n "+$((${told[$1]:-0} + 1))" "$stage/$1.log" | grep -qE -- "$2"; do
        ((SECONDS - start < PATIENCE)) || fail "$1 did not say '$2' within $PATIENCE seconds"
        sleep 0.05
    done
}

command_line() { printf '\n%7s $ %s\n' "$1" "${2//$stage\//}"; }

keytool() { # whose, arguments...
    local whose=$1
    shift
    command_line "$whose" "keytool $*"
    "$BIN/keytool" "$@" --home "$stage/$whose" 2>&1 | sed -e "s|$stage/||g" -e "s/^/$(printf '%7s' "$whose") | /"
}

start() { # name, program, arguments...: in the folder of that name; stdin comes from a pipe that `type_line` writes to
    local name=$1 program=$2 word words=$2
    shift 2
    for word; do
        case $word in *' '*) words+=" '$word'" ;; *) words+=" $word" ;; esac
    done
    command_line "$name" "$words"
    rm -f "$stage/$name.in"
    mkfifo "$stage/$name.in"
    mkdir -p "$stage/$name"
    : >"$stage/$name.log"
    told[$name]=0
    (cd "$stage/$name" && exec "$BIN/$program" "$@" --home "$stage/$name") \
        <>"$stage/$name.in" >"$stage/$name.log" 2>&1 &
    pid[$name]=$!
}

type_line() { # name, text
    printf '\n%7s > %s\n' "$1" "$2"
    printf '%s\n' "$2" >"$stage/$1.in"
}

finish() { # name, status, [pattern of what to tell]: waits for its end
    local status=0
    wait "${pid[$1]}" || status=$?
    unset "pid[$1]"
    tell "$1" "${3:-^}"
    [ "$status" -eq "$2" ] || fail "$1 ended with status $status, not $2"
    say "($1 ended with status $status)"
}

serve() { # arguments of chat server...
    start server chat server --port "$PORT" "$@"
    await server 'listening on port'
    tell server
}

connect() { # name, arguments of chat connect...
    local name=$1
    shift
    start "$name" chat connect localhost --port "$PORT" "$@"
    await "$name" "you are $name"
    await_new server "joined name=$name"
    tell "$name"
    tell server
}

talk() { # who speaks, who hears, text
    type_line "$1" "$3"
    await_new "$2" "$1: "
    tell "$2"
}

cut_off() { # name, arguments of chat connect...
    local name=$1
    shift
    start "$name" chat connect localhost --port "$PORT" "$@"
    finish "$name" 3
    await_new server "let that key in"
    tell server
}

quit() { # name
    type_line "$1" /quit
    finish "$1" 0
}

stop_server() {
    command_line server "^C"
    kill -TERM "${pid[server]}"
    finish server 0
}

fingerprint_of() { "$BIN/keytool" fingerprint "$stage/$1/keys/$2.pub.csv" --home "$stage/$1" | grep -oE 'SHA256:[A-Za-z0-9+/]+'; }

if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    printf 'demo: error: port %s is in use\ndemo: hint: stop what listens there, or choose another: PORT=10102 make demo\n' "$PORT" >&2
    exit 1
fi

scene "1. Three people make their keys"
say "Each has a folder of their own, as on a machine of their own."
for name in anna boris eve; do
    keytool "$name" gen client
done

scene "2. The server's owner lets two of them in"
for name in anna boris; do
    keytool server allow add "$stage/$name/keys/client.pub.csv" --name "$name"
done
keytool server allow list

scene "3. The server starts, and makes its own key, as it has none yet"
serve
server_key=$(fingerprint_of server server)

scene "4. Anna and Boris connect: one port to agree on encryption, another to talk"
connect anna --accept-new
connect boris --accept-new
port_of() { sed -n 's/.*goes on at \(port [0-9]*\).*/\1/p' "$stage/$1.log"; }
tell anna
say "Both come from one address, so the server says loudly that it shows another key now."
say "Anna talks on $(port_of anna), Boris on $(port_of boris); port $PORT is free for the next one."

scene "5. They talk"
talk anna boris 'Hello Boris, can you read this?'
talk boris anna 'Привет, Анна! Читаю: шифр наш, буквы целы.'

scene "6. Eve has a key, but nobody has allowed it"
cut_off eve --accept-new

scene "7. Everybody goes home; the server starts again with the same key"
quit anna
quit boris
tell server
stop_server
serve
[ "$(fingerprint_of server server)" = "$server_key" ] || fail "the server has another key"
say "The same fingerprint. Anna still has her key too, and knows the server by now:"
connect anna
quit anna
stop_server

scene "8. The same again, the way of the course: the textbook suite"
say "For learning only: it can be read, changed and replayed, and the lessons show how."
say "A key serves one purpose, so this suite has keys of its own, and a row in the list for each."
for name in anna boris; do
    keytool "$name" gen client-textbook --suite textbook
    keytool server allow add "$stage/$name/keys/client-textbook.pub.csv" --name "$name"
done
serve --suite textbook
connect anna --accept-new --suite textbook
connect boris --accept-new --suite textbook
talk anna boris 'Is this the same?'
talk boris anna 'Выглядит так же, держит хуже.'
cut_off eve --accept-new --suite textbook
quit anna
quit boris
stop_server

scene "9. The course's other half: Diffie-Hellman, in a group for pencil and paper"
say "Each side looks at the numbers that it got, and says what is wrong with them. Then the lesson goes on."
serve --suite dh
connect anna --suite dh --group 23,5
quit anna
stop_server

scene "10. The same keys open folders: encrypted FTP"
say "Each name has a folder of its own on the server; the key is the login. Anna puts a file, lists, and gets it back."
mkdir -p "$stage/server/files"
printf 'What I know about Eve: nothing yet.\n' >"$stage/anna/report.txt"
start server ftp server files --port "$PORT"
await server 'listening on port'
tell server
start anna ftp connect localhost --port "$PORT" -v -c 'put report.txt' -c 'ls -l' -c 'get report.txt back.txt'
finish anna 0 'keys|^ftp: [^<>]*port|^[^f]'
command_line anna 'cmp report.txt back.txt'
cmp "$stage/anna/report.txt" "$stage/anna/back.txt" || fail "what came back is another file"
say "(they are the same, byte by byte)"
start eve ftp connect localhost --port "$PORT" -c 'ls -l'
finish eve 3
await_new server "let that key in"
tell server
say "Three requests of Anna's, each under keys of its own: the marks behind keys= are the same on both sides, and differ."
marks=$(grep -o ' keys=[0-9a-f]*' "$stage/server.log" | sort)
if [ "$(wc -l <<<"$marks")" -ne 3 ] || [ -n "$(uniq -d <<<"$marks")" ]; then
    fail "two requests went under one key"
fi
stop_server

scene "The end"
say "Next: docs/01-first-chat.md, with three terminals of your own; docs/07-ftp.md, with a listener on the line."
