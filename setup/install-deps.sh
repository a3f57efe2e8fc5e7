#!/bin/sh
# Installs the Debian or Ubuntu packages that Glassbox needs, and only those that are missing.
# Usage: setup/install-deps.sh build|test|lint|bench   (each includes the ones before it)
set -eu

build='gcc make gettext pkg-config libc6-dev libgmp-dev libuv1-dev libedit-dev libjansson-dev libarchive-dev libsmartcols-dev libmicrohttpd-dev libpng-dev libmd4c-dev'
test='libecm-dev libcriterion-dev python3-cryptography-vectors openssl openssh-client clitest bsdextrautils curl lftp tnftp inetutils-ftp vsftpd python3-pyftpdlib python3-pyte patch tshark socat valgrind'
# A browser to look at pages with. Ubuntu has Chromium only as a snap, behind this other name.
# shellcheck disable=SC1091
case "$(. /etc/os-release 2>/dev/null && echo "${ID:-}")" in
    ubuntu) test="$test chromium-browser" ;;
    *) test="$test chromium" ;;
esac
# What installs a stranger's ML-KEM to test against; node often comes from elsewhere.
command -v npm >/dev/null 2>&1 || test="$test nodejs npm"
lint='clang clang-format clang-tidy cppcheck shellcheck'
# What clang's sanitizers and libFuzzer link; older systems have it in clang itself.
if apt-cache show libclang-rt-dev >/dev/null 2>&1; then
    lint="$lint libclang-rt-dev"
fi
bench='time age gnutls-bin openssh-server'

case "${1:-}" in
    build) wanted=$build ;;
    test) wanted="$build $test" ;;
    lint) wanted="$build $test $lint" ;;
    bench) wanted="$build $test $bench" ;;
    *) echo "usage: $0 build|test|lint|bench" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
    case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" in
        installed) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "install-deps: error: this is no Debian or Ubuntu; these are missing:$missing" >&2
    echo "install-deps: hint: install their equals by hand, then run 'make check'" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    echo "install-deps: installing with sudo:$missing" >&2
else
    echo "install-deps: installing:$missing" >&2
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # the list is meant to be split into words
if ! $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    echo "install-deps: error: apt-get could not install:$missing" >&2
    echo "install-deps: hint: Ubuntu keeps some of them in universe: sudo add-apt-repository universe" >&2
    exit 1
fi

# vsftpd and sshd are here as strangers to test with, not as services of this machine.
if command -v systemctl >/dev/null 2>&1; then
    for package in $missing; do
        case $package in
            vsftpd) $as_root systemctl disable --now vsftpd >/dev/null 2>&1 || true ;;
            openssh-server) $as_root systemctl disable --now ssh >/dev/null 2>&1 || true ;;
        esac
    done
fi
