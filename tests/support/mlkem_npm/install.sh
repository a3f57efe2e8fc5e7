#!/bin/sh
# Installs what package-lock.json names, by version and hash, into a folder: install.sh FOLDER
# Exit status 75 (EX_TEMPFAIL): npm reached no registry.
set -eu
here=$(dirname "$0")
mkdir -p "$1"
exec 9>"$1/lock"
flock 9 # tests run side by side
cmp -s "$here/package-lock.json" "$1/node_modules/.installed" && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is not installed: setup/install-deps.sh test does it" >&2
    exit 1
fi
cp "$here/package.json" "$here/package-lock.json" "$1"
if ! (cd "$1" && npm ci --no-audit --no-fund --ignore-scripts --fetch-retries 0 --cache cache >npm.log 2>&1); then
    cat "$1/npm.log" >&2
    if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT' "$1/npm.log"; then
        exit 75
    fi
    exit 1
fi
cp "$here/package-lock.json" "$1/node_modules/.installed"
