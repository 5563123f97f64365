#!/bin/sh
# Makes this checkout ready: a virtual environment from the hash-pinned lock, and the system libraries Qt needs.
#
#   sh packaging/setup.sh          for running
#   sh packaging/setup.sh test     for the tests too; fails when a library that Qt needs is missing. Tests whose programs
#                                  are missing (PostgreSQL 15 with contrib, a display, a keyring) are skipped
#
# Quiet when there is nothing to do. PYTHON=... chooses the interpreter. Nothing outside this folder changes, except
# that root on a Debian-like system gets missing libraries through apt-get; everybody else is shown the command.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
venv=.venv
lock=requirements.lock

say() { printf '%s\n' "$*" >&2; }

# --- Python ----------------------------------------------------------------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

if [ ! -x "$venv/bin/python" ] || ! fits "$venv/bin/python"; then
    if ! python=$(find_python); then
        say "Sandkeeper needs Python 3.11 or newer, and none was found (looked for python3.13, 3.12, 3.11 and python3)."
        say "Install one, or say where it is: make PYTHON=/path/to/python3.12 ..."
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        say "$python cannot make virtual environments: its venv module is missing."
        say "On Debian and Ubuntu: sudo apt-get install python3-venv"
        exit 1
    fi
    say "Making a virtual environment in $venv with $("$python" --version 2>&1) ..."
    "$python" -m venv --clear "$venv"
fi

# --- What the lock pins ----------------------------------------------------------------------------------------------

wanted=$("$venv/bin/python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$lock")
stamp=$venv/installed-from-lock
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    say "Installing what $lock pins (once; some minutes on a slow line) ..."
    rm -f "$stamp"
    # Tests import a part of what is installed, and Python compiles that part when it does: half of pip's time saved.
    [ "$purpose" = test ] && compile=--no-compile || compile=--compile
    if ! "$venv/bin/python" -m pip install -qq --disable-pip-version-check "$compile" --require-hashes -r "$lock"; then
        say "The packages could not be installed; the lines above say why. Nothing outside $venv was changed."
        exit 1
    fi
    printf '%s\n' "$wanted" >"$stamp"
fi

# --- Libraries of the system -----------------------------------------------------------------------------------------

[ "$(uname -s)" = Linux ] || exit 0

qt=$("$venv/bin/python" -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')/Qt
missing_libraries() {
    ldd "$qt"/plugins/platforms/libqxcb.so "$qt"/lib/libQt6Gui.so.6 "$qt"/lib/libQt6Widgets.so.6 2>/dev/null |
        awk '/not found/ {print $1}' | sort -u
}
have_fonts() { [ -n "$(find -L /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.local/share/fonts" \
    -name '*.[to]tf' -print -quit 2>/dev/null)" ]; }

missing=$(missing_libraries)
have_fonts || missing="$missing fonts"
apt_packages="libegl1 libgl1 libxkbcommon-x11-0 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4
    libxcb-keysyms1 libxcb-shape0 libxcb-xinerama0 libxcb-image0 libxcb-render-util0 fonts-inter"

tools=
server=
server_package=postgresql-15
have_server() { [ -x "${POSTGRESQL_15:-/usr/lib/postgresql/15/bin}/postgres" ]; }
if [ "$purpose" = test ]; then
    for tool in Xvfb:xvfb dbus-run-session:dbus gnome-keyring-daemon:gnome-keyring xdotool:xdotool; do
        command -v "${tool%%:*}" >/dev/null 2>&1 || tools="$tools ${tool#*:}"
    done
    have_server || server=" $server_package"
fi
[ -n "$missing$tools$server" ] || exit 0

wanted_packages=$(printf '%s ' ${missing:+$apt_packages} $tools)
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
if may_install && [ -n "$missing$tools" ]; then
    say "Installing libraries that Qt needs: $wanted_packages"
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list of words on purpose
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        $wanted_packages; } >"$log" 2>&1; then
        missing=$(missing_libraries)
        tools=
    else
        tail -n 5 "$log" >&2
    fi
    rm -f "$log"
fi
if may_install && [ -n "$server" ]; then
    # By itself, because not every Debian has it. The tests start servers of their own, so the package needs to make
    # none; and where it tries and fails, the programs are there all the same.
    say "Installing a PostgreSQL server with contrib for the tests: $server_package"
    log=$(mktemp)
    clusters=${ETC:-/etc}/postgresql-common
    written=
    if [ ! -e "$clusters" ] && mkdir -p "$clusters"; then
        printf 'create_main_cluster = false\n' >"$clusters/createcluster.conf" && written=yes
    fi
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        "$server_package"; } >"$log" 2>&1 || have_server; then
        server=
    else
        tail -n 5 "$log" >&2
        [ -z "$written" ] || rm -rf "$clusters"
    fi
    rm -f "$log"
fi
[ -n "$missing$tools$server" ] || exit 0

if [ -n "$missing" ]; then
    say "Qt cannot open a window here, because the system lacks: $(printf '%s ' $missing)"
else
    say "Some tests will be skipped, because the system lacks:$tools$server"
fi
wanted_packages=$(printf '%s ' ${missing:+$apt_packages} $tools $server)
if command -v apt-get >/dev/null 2>&1; then
    say "  sudo apt-get install $wanted_packages"
elif [ -z "$missing$tools" ]; then
    say "  It is a package of Debian and Ubuntu; the tests that need it look in /usr/lib/postgresql/15."
elif command -v dnf >/dev/null 2>&1; then
    say "  sudo dnf install mesa-libEGL mesa-libGL libxkbcommon-x11 libxkbcommon dbus-libs fontconfig xcb-util-cursor \\"
    say "      xcb-util-wm xcb-util-keysyms xcb-util-image xcb-util-renderutil rsms-inter-fonts${tools:+ xorg-x11-server-Xvfb dbus-daemon gnome-keyring xdotool}"
elif command -v pacman >/dev/null 2>&1; then
    say "  sudo pacman -S --needed libglvnd libxkbcommon-x11 libxkbcommon dbus fontconfig xcb-util-cursor xcb-util-wm \\"
    say "      xcb-util-keysyms xcb-util-image xcb-util-renderutil inter-font${tools:+ xorg-server-xvfb gnome-keyring xdotool}"
else
    say "  Install your system's packages for EGL, OpenGL, xkbcommon-x11, fontconfig, D-Bus and the xcb-util family."
fi
if [ "$purpose" = test ] && [ -n "$missing" ]; then exit 1; fi
