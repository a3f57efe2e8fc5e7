#!/bin/sh
# clang-tidy over the sources named. The checks are those that find bugs; style is clang-format's.
set -eu

checks='-*,bugprone-*,cert-*,clang-analyzer-core.*,clang-analyzer-unix.*,clang-analyzer-security.*'
for off in bugprone-easily-swappable-parameters bugprone-narrowing-conversions bugprone-reserved-identifier \
    bugprone-assignment-in-if-condition bugprone-implicit-widening-of-multiplication-result \
    bugprone-branch-clone bugprone-suspicious-missing-comma bugprone-not-null-terminated-result cert-dcl37-c cert-dcl51-cpp cert-err33-c cert-err34-c \
    bugprone-sizeof-expression clang-analyzer-security.insecureAPI.strcpy \
    clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling; do
    checks="$checks,-$off"
done

# Findings go to stdout; what goes to stderr only counts the warnings in system headers.
status=0
for part in bignum_rsa symcipher key_agreement channel keytool cipher chat ftp attack lesson; do
    files=
    for source in "$@"; do
        case $source in "$part"/*) files="$files $source" ;; esac
    done
    [ -n "$files" ] || continue
    # As in the Makefile: a part sees its own rooms and what is below, never another program's.
    includes=
    for folder in "$part" "$part"/*/ channel channel/*/ bignum_rsa symcipher key_agreement */fast */break symcipher/classic; do
        [ -d "$folder" ] && includes="$includes -I$folder"
    done
    # shellcheck disable=SC2086  # both lists are meant to be split
    clang-tidy --quiet --warnings-as-errors='*' --checks="$checks" $files -- \
        -std=gnu11 -D_GNU_SOURCE $includes 2>/dev/null || status=1
done
exit $status
