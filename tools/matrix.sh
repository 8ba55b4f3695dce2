#!/usr/bin/env bash
# Run every test, or another command, on the newest QGIS 3.x, in a Debian 13 folder of its own. Needs root (chroot) and
# debootstrap. Usage: tools/matrix.sh [COMMAND], as in: tools/matrix.sh "make test-qgis PYTEST_ARGS='-k load'"
set -euo pipefail
cd "$(dirname "$0")/.."

FOLDER=$PWD/build/matrix/trixie
RELEASE=trixie

say() { printf 'matrix: %s\n' "$*"; }
fail() { printf 'matrix: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "A Debian 13 folder can only be entered as root; run 'sudo make test-matrix'."
command -v debootstrap >/dev/null || apt-get install -y -q debootstrap >/dev/null || fail "debootstrap is missing and could not be installed."

# The mirror this machine already uses.
MIRROR=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1)
[ -n "$MIRROR" ] || fail "The Debian mirror of this machine could not be found in its package sources."

# Mounts live and die with this one process, so nothing is left mounted in build/.
inside() {
    unshare --mount --fork bash -c '
        set -e
        mount --make-rprivate /
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        cp /etc/resolv.conf /etc/hosts "$0/etc/"
        exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=true \
            SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt bash -c "$1"
    ' "$FOLDER" "$1"
}

if [ ! -e "$FOLDER/.ready" ]; then
    say "making a Debian 13 folder (about two minutes)"
    rm -rf "$FOLDER"
    mkdir -p "$FOLDER"
    debootstrap --variant=minbase --include=git,make,python3,ca-certificates "$RELEASE" "$FOLDER" "$MIRROR" >build/matrix/debootstrap.log \
        || fail "debootstrap failed; see build/matrix/debootstrap.log."
    # The certificates this machine trusts (a company proxy's, say) are trusted there too.
    cp -L /etc/ssl/certs/ca-certificates.crt "$FOLDER/etc/ssl/certs/ca-certificates.crt"
    printf 'deb %s %s-backports main\n' "$MIRROR" "$RELEASE" >"$FOLDER/etc/apt/sources.list.d/backports.list"
    inside "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -t $RELEASE-backports \
        qgis python3-qgis qgis-providers python3-venv" >build/matrix/qgis.log 2>&1 || fail "QGIS could not be installed; see build/matrix/qgis.log."
    touch "$FOLDER/.ready"
fi

say "copying the tree"
TREE=$FOLDER/srv/explorer
mkdir -p "$TREE"
find "$TREE" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- -cf - | tar -xf - -C "$TREE"
[ ! -d ../shared ] || { rm -rf "$FOLDER/srv/shared"; cp -r ../shared "$FOLDER/srv/shared"; }

COMMAND=${1:-make test}
say "running $COMMAND there"
inside "cd /srv/explorer && $COMMAND"
