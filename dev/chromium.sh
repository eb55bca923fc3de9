#!/usr/bin/env bash
# Make sure that there is a browser for the browser tests.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
for program in google-chrome chromium chromium-browser google-chrome-stable; do # those that Odoo looks for
  ! command -v "$program" >/dev/null || exit 0
done

install() {
  export DEBIAN_FRONTEND=noninteractive
  mkdir -p "$HOUSE"
  { apt-get -q update && apt-get -q install -y --no-install-recommends chromium; } >"$HOUSE/chromium.log" 2>&1 </dev/null
}

what_to_do="Install Chromium or Google Chrome, as root: apt-get update && apt-get install chromium"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  die "browser tests need a browser, and there is none" "$what_to_do"
fi
with_lock chromium step "Chromium from this machine's package sources" install ||
  die "apt-get could not install chromium; its output: $HOUSE/chromium.log" \
    "A broken download: run the same command again." "$what_to_do"
