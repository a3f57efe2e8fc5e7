#!/bin/sh
# clang-tidy over the sources named, with the include paths of the Makefile. The checks are those that
# find bugs; style is clang-format's.
set -eu

includes=
for folder in bignum_rsa symcipher channel channel/*/ keytool keytool/*/ chat ftp ftp/*/; do
    [ -d "$folder" ] && includes="$includes -I$folder"
done

checks='-*,bugprone-*,cert-*,clang-analyzer-core.*,clang-analyzer-unix.*,clang-analyzer-security.*'
for off in bugprone-easily-swappable-parameters bugprone-narrowing-conversions bugprone-reserved-identifier \
    bugprone-assignment-in-if-condition bugprone-implicit-widening-of-multiplication-result \
    bugprone-branch-clone bugprone-not-null-terminated-result cert-dcl37-c cert-dcl51-cpp cert-err33-c cert-err34-c \
    bugprone-sizeof-expression clang-analyzer-security.insecureAPI.strcpy \
    clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling; do
    checks="$checks,-$off"
done

# Findings go to stdout; what goes to stderr only counts the warnings in system headers.
# shellcheck disable=SC2086  # the includes are meant to be split
exec clang-tidy --quiet --warnings-as-errors='*' --checks="$checks" "$@" -- \
    -std=gnu11 -D_GNU_SOURCE $includes 2>/dev/null
