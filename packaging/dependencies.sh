#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what building (and, on request, testing) this project needs. Meant to be sourced:
#   . packaging/dependencies.sh
#   moe_require build        # compiler, libraries
#   moe_require test         # the servers and interpreters the tests drive
#   moe_require tidy         # clang tools for the tidy and fuzz presets
# Quiet when nothing is missing. Debian 13 installs plainly; on Debian 12 the packages of Debian 13 are installed in
# place from the mirror that is already configured, with the newer suite pinned below everything else.

MOE_BUILD_PACKAGES=(
    g++-14 cmake ninja-build ccache pkgconf git
    qt6-base-dev qt6-httpserver-dev libqt6sql6-sqlite libqt6sql6-psql qcoro-qt6-dev
    libcurl4-openssl-dev libsodium-dev libsqlite3-dev libjsoncons-dev prometheus-cpp-dev libssl-dev
    libgiac-dev libgmp-dev libre2-dev libseccomp-dev libzip-dev
)
MOE_RUN_PACKAGES=(curl ca-certificates jq)
MOE_TEST_PACKAGES=(nginx-light postgresql prometheus nodejs npm python3 python3-venv openssl)
MOE_TIDY_PACKAGES=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19)

moe_say() { printf '%s\n' "$*" >&2; }
moe_fail() { moe_say "$*"; exit 1; }

# Runs as root, through sudo where we are not root.
moe_as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else moe_fail "Root rights are needed to run: $* (neither root nor sudo here)."
    fi
}

# bookworm, trixie or nothing, by the suites apt knows: /etc/os-release already says 13 after an in-place upgrade.
moe_suite() {
    local targets
    command -v apt-get >/dev/null || return 0
    targets=$(apt-get indextargets --format '$(LABEL) $(CODENAME)' 'Created-By: Packages' 2>/dev/null | sort -u)
    if [ -z "$targets" ]; then
        # A machine whose package lists were never fetched has no targets yet.
        targets=$(. /etc/os-release 2>/dev/null; [ "${ID:-}" = debian ] && echo "Debian ${VERSION_CODENAME:-}")
    fi
    if grep -qx 'Debian bookworm' <<<"$targets"; then echo bookworm
    elif grep -qx 'Debian trixie' <<<"$targets"; then echo trixie
    fi
}

# A package may be satisfied by another program already on the machine (a Node that is not Debian's, say).
moe_present() {
    case $1 in
        nodejs) command -v node >/dev/null && return 0 ;;
        jq) command -v jq >/dev/null && return 0 ;;
        npm) command -v npm >/dev/null && return 0 ;;
        nginx-light) command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] && return 0 ;;
    esac
    local version
    version=$(dpkg-query -W -f '${db:Status-Abbrev}${Version}' "$1" 2>/dev/null) || return 1
    [ "${version:0:2}" = ii ] || return 1
    # Qt before 6.8 lacks chunked responses and header types.
    case $1 in qt6-*) dpkg --compare-versions "${version:3}" ge 6.8 ;; esac
}

# Makes Debian 13's packages available on Debian 12, never preferred to the system's own.
moe_enable_trixie() {
    local sources=/etc/apt/sources.list.d/moe-trixie.sources mirror keyring
    [ -f "$sources" ] && return
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL) $(CODENAME)' 'Created-By: Packages' |
        awk '$2 == "Debian" && $3 == "bookworm" { print $1; exit }')
    [ -n "$mirror" ] || moe_fail "No Debian mirror is configured in apt on this machine."
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    moe_as_root tee "$sources" >/dev/null <<END
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: $keyring
END
    moe_as_root tee /etc/apt/preferences.d/moe-trixie >/dev/null <<END
Package: *
Pin: release n=trixie
Pin-Priority: 100
END
}

moe_apt() { moe_as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }

# Names what an in-place installation would upgrade and asks when somebody is there to answer.
moe_confirm_upgrade() {
    local upgraded answer
    upgraded=$(apt-get -s -t trixie install --no-install-recommends "$@" 2>/dev/null |
        awk '$1 == "Inst" && $3 ~ /^\[/ { print $2 }')
    [ -n "$upgraded" ] || return 0
    moe_say "Debian 13's packages replace these $(wc -w <<<"$upgraded") packages of this Debian 12 system:"
    fmt -w 110 <<<"$upgraded" >&2
    if [ -t 0 ] && [ -z "${CI:-}" ]; then
        read -r -p "Go on? [y/N] " answer
        [[ $answer == [yYjJ]* ]] || moe_fail "Nothing was installed."
    fi
}

# A server package must not start its service, or take its port, on a machine that only wants to run tests.
moe_without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [ -e "$policy" ]; then "$@"; return; fi
    printf '#!/bin/sh\nexit 101\n' | moe_as_root tee "$policy" >/dev/null
    moe_as_root chmod 755 "$policy"
    "$@" || status=$?
    moe_as_root rm -f "$policy"
    return $status
}

moe_require() {
    local wanted=() missing=() package set suite log
    for set in "$@"; do
        case $set in
            build) wanted+=("${MOE_BUILD_PACKAGES[@]}" "${MOE_RUN_PACKAGES[@]}") ;;
            test) wanted+=("${MOE_TEST_PACKAGES[@]}") ;;
            tidy) wanted+=("${MOE_TIDY_PACKAGES[@]}") ;;
            *) moe_fail "moe_require: unknown set '$set'" ;;
        esac
    done
    suite=$(moe_suite)
    [ -n "$suite" ] || moe_fail "This script installs packages on Debian 12 and 13 only. On another system install a
C++23 compiler, CMake, Ninja, Qt 6.8 or later with HttpServer, QCoro, libcurl, libsodium, jsoncons and prometheus-cpp
yourself, then build with: cmake --preset release && cmake --build --preset release"
    for package in "${wanted[@]}"; do moe_present "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0

    moe_say "Installing: ${missing[*]}"
    log=$(mktemp)
    moe_apt update >"$log" 2>&1 || { cat "$log" >&2; moe_fail "apt-get update failed."; }
    local target=()
    if [ "$suite" = bookworm ]; then
        moe_enable_trixie
        moe_apt update >"$log" 2>&1 || { cat "$log" >&2; moe_fail "apt-get update failed."; }
        moe_confirm_upgrade "${missing[@]}"
        target=(-t trixie)
    fi
    moe_without_services moe_apt "${target[@]}" install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 ||
        { tail -40 "$log" >&2; moe_fail "Installing packages failed."; }
    rm -f "$log"
}
