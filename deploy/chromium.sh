#!/bin/sh
# The browser tests drive the Chromium of the system.
set -eu
command -v chromium >/dev/null && exit 0
. deploy/debian.sh
debian chromium || { echo "The browser tests need Chromium: apt install chromium" >&2; exit 1; }
