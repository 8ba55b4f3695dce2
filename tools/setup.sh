#!/usr/bin/env bash
# Bring what the make targets need: QGIS >= 3.40, the environment .venv, a virtual display. Repeatable; quick when done.
# Installs with apt only what is missing, and says so. Usage: tools/setup.sh
set -euo pipefail
cd "$(dirname "$0")/.."

SYSTEM_PYTHON=/usr/bin/python3
VENV=.venv
STAMP=$VENV/.pixxel-setup
WANTED_QGIS=34000

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

qgis_version() { "$SYSTEM_PYTHON" -c 'from qgis.core import Qgis; print(Qgis.QGIS_VERSION_INT)' 2>/dev/null || echo 0; }
has_qgis() { [ "$(qgis_version)" -ge "$WANTED_QGIS" ] && command -v qgis >/dev/null && command -v qgis_process >/dev/null; }
has_display_tools() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || { command -v Xvfb >/dev/null && command -v xvfb-run >/dev/null && command -v xauth >/dev/null; }; }
has_fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list 'Open Sans' 2>/dev/null | head -n 1)" ]; }
has_venv_module() { "$SYSTEM_PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }

codename() { . /etc/os-release 2>/dev/null; printf '%s' "${VERSION_CODENAME:-}"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "Packages are missing and this user may not install them; run 'make' once as root, or install sudo."
    fi
}

# Once backports are a source, everything comes from there: QGIS's own dependencies did.
release_option() { apt-cache policy | grep -o "$(codename)-backports" | head -n 1 | sed 's/^/-t/'; }

apt_install() {
    # shellcheck disable=SC2046
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(release_option) "$@" >build/setup-apt.log 2>&1 \
        || { tail -n 20 build/setup-apt.log >&2; fail "apt-get could not install: $*. The whole output is in build/setup-apt.log."; }
}

refresh_lists() {
    as_root apt-get update -q >build/setup-apt.log 2>&1 \
        || { tail -n 5 build/setup-apt.log >&2; fail "apt-get update failed; check the network and the package sources."; }
}

require_debian() {
    command -v apt-get >/dev/null && [ -r /etc/debian_version ] \
        || fail "This set-up knows Debian 12 and 13 only; install QGIS 3.40 or newer by hand, then run make again."
}

# The mirror this machine already uses, so that backports come from the same place.
mirror_of() { apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk -v r="$1" '$2 == r {print $1; exit}'; }

offered_qgis() { apt-cache madison qgis 2>/dev/null | awk -F'|' '{gsub(/ /, "", $2); print $2}' | sed 's/^[0-9]*://' | sort -rV | head -n 1; }

enough() { [ -n "$1" ] && [ "$(printf '%s\n3.40\n' "$1" | sort -V | head -n 1)" = "3.40" ]; }

add_backports() {
    local release mirror
    release=$(codename)
    mirror=$(mirror_of "$release")
    [ -n "$release" ] && [ -n "$mirror" ] || fail "The package mirror of this machine could not be found; add '$release-backports' to the apt sources and run make again."
    say "adding $release-backports to the package sources (QGIS here is older than 3.40)"
    printf 'deb %s %s-backports main\n' "$mirror" "$release" | as_root tee "/etc/apt/sources.list.d/pixxel-explorer-backports.list" >/dev/null
    refresh_lists
}

install_qgis() {
    require_debian
    mkdir -p build
    say "QGIS 3.40 or newer is not here; installing it from Debian's packages (about a minute)"
    refresh_lists
    enough "$(offered_qgis)" || add_backports
    enough "$(offered_qgis)" || fail "Debian $(codename) offers no QGIS 3.40 or newer, not even in backports; install it by hand and run make again."
    apt_install qgis python3-qgis qgis-providers python3-venv
    has_qgis || fail "QGIS was installed, yet /usr/bin/python3 cannot import it; see build/setup-apt.log."
}

install_missing_tools() {
    local missing=()
    has_venv_module || missing+=(python3-venv)
    has_display_tools || missing+=(xvfb xauth)
    has_fonts || missing+=(fontconfig fonts-dejavu-core fonts-open-sans)
    command -v curl >/dev/null || missing+=(curl)
    [ ${#missing[@]} -gt 0 ] || return 0
    require_debian
    mkdir -p build
    say "installing ${missing[*]}"
    [ -n "${LISTS_FRESH:-}" ] || refresh_lists
    apt_install "${missing[@]}"
}

fingerprint() { { cat requirements.txt requirements-dev.txt; "$SYSTEM_PYTHON" -V; qgis_version; } | sha256sum | cut -c1-16; }

make_environment() {
    local wanted
    wanted=$(fingerprint)
    [ "$(cat "$STAMP" 2>/dev/null)" = "$wanted" ] && return 0
    say "making $VENV on the system's Python and installing the Python packages"
    unset "${!PIXXEL_@}" # pip and what it runs have no business with the API's key
    "$SYSTEM_PYTHON" -m venv --system-site-packages "$VENV"
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check -r requirements-dev.txt \
        || fail "pip could not install the Python packages; check the network, a proxy or an index of your own (PIP_INDEX_URL)."
    printf '%s' "$wanted" >"$STAMP"
}

main() {
    if ! has_qgis; then install_qgis; LISTS_FRESH=1; fi
    install_missing_tools
    make_environment
    say "ready: QGIS $("$SYSTEM_PYTHON" -c 'from qgis.core import Qgis; print(Qgis.QGIS_VERSION)' 2>/dev/null), $("$VENV/bin/python" -V)"
}

main
