#!/usr/bin/env bash
# Make sure that there is a browser for the browser tests. Root gets it from the machine's
# package sources, with its libraries; anybody else gets both unpacked into .odoo/chromium.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
LOG=$HOUSE/chromium.log

have_browser() { # one of those that Odoo looks for
  local program
  for program in google-chrome chromium chromium-browser google-chrome-stable; do
    ! command -v "$program" >/dev/null || return 0
  done
  false
}

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update && apt-get -q install -y --no-install-recommends chromium
}

unpack() {
  local new=$HOUSE/chromium.new deb apt
  rm -rf "$new"
  mkdir -p "$new/apt/lists/partial" "$new/apt/cache/archives/partial" "$new/bin"
  apt=(apt-get -q -o "Dir::State::Lists=$new/apt/lists" -o "Dir::Cache=$new/apt/cache"
    -o APT::Sandbox::User= -o Debug::NoLocking=1)
  "${apt[@]}" update || return
  "${apt[@]}" install -y --no-install-recommends --download-only chromium || return
  for deb in "$new"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$new" || return
  done
  rm -rf "$new/apt"
  cat >"$new/fonts.conf" <<EOF
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>$HOUSE/chromium/usr/share/fonts</dir></fontconfig>
EOF
  cat >"$new/bin/chromium" <<'EOF'
#!/bin/sh
root=$(dirname "$(dirname "$(readlink -f "$0")")")
export LD_LIBRARY_PATH="$root/usr/lib/$(uname -m)-linux-gnu:$root/lib/$(uname -m)-linux-gnu"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/usr/lib/chromium/chromium" "$@"
EOF
  chmod +x "$new/bin/chromium"
  "$new/bin/chromium" --version || return # not on Ubuntu, where the package is a stub
  rm -rf "$HOUSE/chromium"
  mv "$new" "$HOUSE/chromium"
}

quietly() { "$@" >"$LOG" 2>&1 </dev/null; }

get_browser() {
  local how=unpack
  ! have_browser || return 0 # somebody else was faster
  [ "$(id -u)" != 0 ] || how=install
  step "Chromium from this machine's package sources" quietly "$how"
}

PATH=$PATH:$HOUSE/chromium/bin
! have_browser || exit 0
advice="Install Chromium or Google Chrome; as root: apt-get update && apt-get install chromium"
command -v apt-get >/dev/null || die "browser tests need a browser, and this machine has none" "$advice"
mkdir -p "$HOUSE"
lock chromium
get_browser || die "apt-get could not get chromium; its output: $LOG" \
  "A broken download: run the same command again." "$advice"
