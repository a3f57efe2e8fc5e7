#!/usr/bin/env bash
# The fuzzers of one build: see docs/security.md, "Fuzzing". `make fuzz` and `make fuzz-coverage` call it.
# Usage: BUILD=DIR tests/fuzz.sh run SECONDS     new inputs, guided by libFuzzer, for so long in all
#        BUILD=DIR tests/fuzz.sh merge           what was found then goes into tests/fuzz/corpus
#        BUILD=DIR tests/fuzz.sh coverage        how much of each parser corpus and new inputs reach
# NAMES='csv wire' picks some.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${BUILD:?}"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
least=85 # percent of a parser's lines

names=()
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    [[ " ${NAMES:-$name} " == *" $name "* ]] && names+=("$name")
done

run() { # seconds in all
    local name each=$(($1 / ${#names[@]})) status=0
    for name in "${names[@]}"; do
        mkdir -p "$BUILD/corpus/$name" "tests/fuzz/corpus/$name"
        if "$BUILD/tests/fuzz/$name" -max_total_time=$((each > 0 ? each : 1)) -timeout=20 -close_fd_mask=3 \
            -artifact_prefix="$BUILD/$name-" "$BUILD/corpus/$name" "tests/fuzz/corpus/$name" >"$BUILD/$name.log" 2>&1; then
            printf '  %-12s %s\n' "$name" "$(tail -1 "$BUILD/$name.log")"
        else
            printf '  %-12s failed\n' "$name"
            tail -60 "$BUILD/$name.log" | sed 's/^/    | /'
            status=1
        fi
    done
    return $status
}

merge() {
    local name
    for name in "${names[@]}"; do
        "$BUILD/tests/fuzz/$name" -merge=1 -close_fd_mask=3 "tests/fuzz/corpus/$name" "$BUILD/corpus/$name" 2>/dev/null
    done
    du -sh --apparent-size tests/fuzz/corpus
}

# Lines of a file that were run, and all that count: "N M".
lines_of() { # source
    gcov -n -o "$BUILD/${1%.c}.o" "$1" 2>/dev/null |
        awk -v file="File '$1'" '$0 == file { found = 1; next }
            found && sub(/^Lines executed:/, "") { split($0, part, "% of "); printf "%d %d\n", part[1] * part[2] / 100 + 0.5, part[2]; exit }'
}

coverage() {
    local name source hit all status=0 sources
    printf '| fuzzer | parser | lines reached |\n| --- | --- | --- |\n'
    for name in "${names[@]}"; do
        find "$BUILD" -name '*.gcda' -delete
        for _ in 1 2 3; do # new inputs each time: what they reach adds up, and is less a matter of chance
            "$BUILD/tests/fuzz/$name" >/dev/null 2>&1 || { echo "fuzz.sh: error: $name failed" >&2; status=1; }
        done
        read -ra sources < <(sed -n 's/^ \* Parser: //p' "tests/fuzz/$name.c" | tr '\n' ' '; echo)
        for source in "${sources[@]}"; do
            read -r hit all < <(lines_of "$source")
            printf '| %s | %s | %d of %d, %d %% |\n' "$name" "$source" "$hit" "$all" $((100 * hit / all))
            [ $((100 * hit)) -ge $((least * all)) ] || { echo "fuzz.sh: error: less than $least %: $source" >&2; status=1; }
        done
    done
    return $status
}

case "${1:-}" in
    run | merge | coverage) "$@" ;;
    *) sed -n '2,7s/^# //p' "$0" >&2; exit 2 ;;
esac
