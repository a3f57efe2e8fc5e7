#!/usr/bin/env bash
# Runs the tests of one build and ends with one line of counts: "N passed, N failed".
# Usage: BUILD=build BIN=bin tests/run.sh [PATTERN...]   a pattern picks sources, as tests/unit/rsa_*
#
# A Criterion test is a binary; its synthesis line is counted. A command-line test (*.clitest) is
# a file of commands and expected output, run by clitest. A lesson (docs/NN-*.md, docs/ru/NN-*.md with ```console blocks) is
# played by lessons.py, each of those blocks a test. A script of tests/browser looks at pages in a browser, and counts by itself. A fuzzer or a test of threads is a plain program, and counts as one test.
# A dialogue that failed is run again, alone (below). No test run at all is a failure. SAN=thread leaves out what cannot run under it: see the Makefile.
# As many run at once as there are processors (JOBS=N: another number); what they say stands in order all the same.
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
BIN=${BIN:-bin}
GLASSBOX_BIN=$PWD/$BIN
GLASSBOX_BUILD=$PWD/$BUILD
export GLASSBOX_BIN GLASSBOX_BUILD
# Sanitizer reports go to files: a report in a child process must fail the run too.
reports=$(mktemp -d) || exit 2
trap 'rm -rf "$reports"' EXIT
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$reports/asan:detect_leaks=1"
export TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}log_path=$reports/tsan:halt_on_error=0:suppressions=$PWD/tests/tsan.supp"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=$reports/ubsan:print_stacktrace=1"
# Nothing of the user's own leaks into the tests.
unset GLASSBOX_HOME NO_COLOR

wanted() { # source file, patterns...
    local source=$1 pattern
    shift
    [ $# -eq 0 ] && return 0
    for pattern in "$@"; do
        # shellcheck disable=SC2053  # the right side is a pattern
        [[ $source == $pattern ]] && return 0
    done
    return 1
}

criterion() { # source
    local binary=$criterion_build/${1%.c} line tested passing
    "$binary" >"$log" 2>&1
    local status=$?
    line=$(grep -a 'Synthesis:' "$log" | tail -1)
    tested=$(sed -n 's/.*Tested: \([0-9]*\).*/\1/p' <<<"$line")
    passing=$(sed -n 's/.*Passing: \([0-9]*\).*/\1/p' <<<"$line")
    if [ -z "$tested" ] || [ "$tested" -eq 0 ]; then
        tested=$((${passing:=0} + 1)) # died, or ran nothing
    elif [ "$status" -ne 0 ] && [ "$passing" -eq "$tested" ]; then
        passing=$((passing - 1))
    fi
    count "$1" "$passing" $((tested - passing))
}

plain() { # source
    if "$BUILD/${1%.c}" >"$log" 2>&1; then
        count "$1" 1 0
    else
        count "$1" 0 1
    fi
}

cli() { # file
    local total bad
    clitest --color never "$1" >"$log" 2>&1
    local status=$?
    total=$(grep -c '^#[0-9]' "$log")
    bad=$(grep -c '^\[FAILED' "$log")
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1 # its shell died on a command
    [ "$total" -gt 0 ] || { total=1; bad=1; }
    count "$1" $((total - bad)) "$bad"
}

counting() { # name, command... that ends with "N passed, N failed"
    local name=$1 good bad
    shift
    "$@" >"$log" 2>&1
    read -r good bad < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log")
    count "$name" "${good:-0}" "${bad:-1}"
}

secrets() { # source
    counting "$1" valgrind --quiet --error-exitcode=0 --suppressions=tests/secrets/gmp.supp \
        "$BUILD/${1%.c}"
}

count() { # name, passed, failed
    printf '  %-44s %4d passed' "$1" "$2"
    if [ "$3" -ne 0 ]; then
        printf ', %d failed\n' "$3"
        sed 's/^/    | /' "$log"
    else
        printf '\n'
    fi
    echo "$2 $3" >"$log.count" # last: from now on it may be told
}

criterion_build=$BUILD
mapfile -t lessons < <(grep -lE '^```console ' docs/{,ru/}[0-9][0-9]-*.md 2>/dev/null)
# What takes longest begins first, so that no processor waits at the end.
sources=(tests/{e2e,unit,interop,fuzz,threads}/*.c tests/cli/*.clitest tests/browser/*.py "${lessons[@]}")
[ -z "${SAN:-}" ] && sources+=(tests/secrets/*.c) # valgrind and sanitizers do not go together
if [ "${SAN:-}" = thread ]; then
    criterion_build=build
    sources=(tests/threads/*.c tests/e2e/*.c)
fi

run_one() { # number, source: what it says goes to $reports/.NUMBER.said
    log=$reports/.$1
    case $2 in
        tests/fuzz/* | tests/threads/*) plain "$2" ;;
        tests/secrets/*) secrets "$2" ;;
        *.c) criterion "$2" ;;
        *.clitest) cli "$2" ;;
        *.md) counting "$2" /usr/bin/python3 tests/lessons.py "$2" ;;
        *.py) counting "$2" python3 "$2" ;;
    esac >"$log.said"
}

chosen=()
for source in "${sources[@]}"; do
    [ -e "$source" ] && wanted "$source" "$@" && chosen+=("$source")
done

passed=0
failed=0
told=0
tell_finished() { # number: what has been said by all before this one, in order
    local good bad
    while [ "$told" -lt "$1" ] && [ -e "$reports/.$told.count" ]; do
        cat "$reports/.$told.said"
        read -r good bad <"$reports/.$told.count"
        passed=$((passed + good))
        failed=$((failed + bad))
        told=$((told + 1))
    done
}

for number in "${!chosen[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-$(nproc)}" ]; do
        wait -n
    done
    tell_finished "$number"
    run_one "$number" "${chosen[number]}" &
done
wait
tell_finished "${#chosen[@]}"
failed=$((failed + ${#chosen[@]} - told)) # a runner that died

# A dialogue of programs that failed runs once more, now that nothing else does: what passes then depends on the
# machine's load, and is named, not hidden. A unit test or a fuzzer has no such excuse.
names=()
for number in "${!chosen[@]}"; do
    source=${chosen[number]}
    read -r good bad <"$reports/.$number.count" || continue
    [ "$bad" -gt 0 ] || continue
    case $source in
        tests/unit/* | tests/fuzz/* | tests/threads/*) names+=("failed: $source") ; continue ;;
    esac
    echo "again, alone:"
    run_one "$number.again" "$source"
    cat "$reports/.$number.again.said"
    read -r good_alone bad_alone <"$reports/.$number.again.count" || { good_alone=0; bad_alone=1; }
    passed=$((passed - good + good_alone))
    failed=$((failed - bad + bad_alone))
    if [ "$bad_alone" -eq 0 ]; then
        names+=("passed only alone: $source")
    else
        names+=("failed: $source")
    fi
done

# The leak checker stops all threads to look at their registers. One that is ending just then has none: it says so,
# in a line that is no finding, and goes on.
for report in "$reports"/[atu]*san*; do
    [ -s "$report" ] || continue
    grep -qvE '^==[0-9]+==Unable to get registers from thread [0-9]+\.$' "$report" || continue
    failed=$((failed + 1))
    names+=("failed: a sanitizer's report")
    echo "sanitizer report:"
    sed 's/^/    | /' "$report"
done
if [ $((passed + failed)) -eq 0 ]; then
    echo "tests/run.sh: error: no test was run (patterns: $*)" >&2
    failed=1
fi
[ ${#names[@]} -eq 0 ] || printf '%s\n' "${names[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
