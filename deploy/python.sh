#!/bin/sh
# Makes the virtual environment; on a bare Debian it first installs what Python lacks for that.
set -eu
venv=$1
if ! python3 -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    . deploy/debian.sh
    debian python3 python3-venv || { echo "Python 3.11 with venv is needed: apt install python3 python3-venv" >&2; exit 1; }
fi
python3 -m venv "$venv"
