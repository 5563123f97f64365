#!/bin/sh
# Runs a command whose temporary files are kept in memory where there is room for them: databases of tests are written,
# renamed and removed by the hundred, and most of that time is the disk's. Else they go where they always go.
#
#   sh packaging/in_memory.sh COMMAND ...
#
# A TMPDIR that was given is left as it is. The folder is removed at the end.
set -u
place=/dev/shm
needed=4000000 # kB; a run leaves about a tenth of it
free() { df -Pk "$place" 2>/dev/null | awk 'NR == 2 { print $4 }'; }
spare() { awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo 2>/dev/null; }
room() { [ "${1:-0}" -ge "$needed" ]; }

if [ -n "${TMPDIR:-}" ] || [ ! -w "$place" ] || ! room "$(free)" || ! room "$(spare)"; then
    exec "$@"
fi
# A short name, as sockets lie below it; other accounts may pass, as servers of root's tests run under one.
folder=$(mktemp -d "$place/sk.XXXXXX") && chmod 711 "$folder" || exec "$@"
# Servers end when the command has, and put themselves away meanwhile: what they remove first is no failure.
trap 'rm -rf "$folder" 2>/dev/null || rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
TMPDIR=$folder "$@"
