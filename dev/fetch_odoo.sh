#!/usr/bin/env bash
# Unpack Debian's odoo-19 and what its package links to into .odoo/odoo-19, without root's
# rights and without touching the system: apt with sources, lists and cache of its own.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
WORK=$HOUSE/fetch
# fonts and scripts that Odoo's static folders link to
LINKED=(fonts-font-awesome fonts-glyphicons-halflings fonts-inconsolata fonts-ocr-b
  fonts-roboto-unhinted libjs-jquery libjs-jquery-form libjs-underscore)
OWN_ODOO="Or name an Odoo 19 that you have: ODOO_SOURCE=/path/to/odoo (a source tree or an installed odoo)."

private_apt() { # FOLDER COMMAND...: apt-get that reads and writes only FOLDER
  local at=$1
  shift
  mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
  apt-get -qq -o Dir::Etc::sourcelist="$at/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::Lists="$at/lists" -o Dir::Cache="$at/cache" -o APT::Sandbox::User= \
    -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

debian_mirror() { # the one in this machine's own apt configuration
  # shellcheck disable=SC2016 # apt's own placeholder
  local format='$(REPO_URI)' lists=()
  if [ -z "$(apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null)" ]; then
    # never updated: read the machine's sources into lists of our own
    mkdir -p "$WORK/system/partial"
    lists=(-o "Dir::State::Lists=$WORK/system" -o APT::Sandbox::User= -o "Dir::Cache=$WORK/system")
    apt-get -qq "${lists[@]}" update >&2 || true
  fi
  apt-get "${lists[@]}" indextargets --format "$format" 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
    head -n 1
}

fetch_suite() { # SUITE PACKAGE...: prints the packages that the suite does not have
  local suite=$1 at=$WORK/$1 signed="" key package found=()
  shift
  for key in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [ ! -e "$key" ] || signed="[signed-by=$key] "
  done
  mkdir -p "$at/debs"
  echo "deb $signed$MIRROR $suite main" >"$at/sources.list"
  private_apt "$at" update >&2 || return
  for package; do
    # not apt-cache policy: it would take what is installed for a candidate
    if private_apt "$at" --print-uris download "$package" >/dev/null 2>&1; then
      found+=("$package")
    else
      echo "$package"
    fi
  done
  [ ${#found[@]} -eq 0 ] || (cd "$at/debs" && private_apt "$at" download "${found[@]}" >&2)
}

unpack() { # without 800 MB of translations and a second copy of the add-ons that has no static files
  local deb
  rm -rf "$HOUSE/odoo-19.new"
  mkdir -p "$HOUSE/odoo-19.new"
  for deb in "$WORK"/*/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$HOUSE/odoo-19.new" --no-same-owner --wildcards \
      --exclude './usr/lib/python3/dist-packages/addons' --exclude './usr/lib/python3/dist-packages/doc' \
      --exclude './usr/share/doc' \
      --exclude '*/i18n/[!defn]*.po' --exclude '*/i18n/??[!.]*.po' \
      --exclude '*/i18n/d[!e].po' --exclude '*/i18n/e[!s].po' \
      --exclude '*/i18n/f[!r].po' --exclude '*/i18n/n[!l].po' ||
      die "$(basename "$deb") could not be unpacked" "Run the same command again." "$OWN_ODOO"
  done
}

mend() { # what Debian leaves out
  local odoo=$HOUSE/odoo-19.new/usr/lib/python3/dist-packages/odoo broken
  # without this file every page logs an error and every browser test fails
  local left_out=$odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
  mkdir -p "$(dirname "$left_out")"
  [ -e "$left_out" ] || echo '// left out by Debian: no background blur in calls' >"$left_out"
  broken=$(find "$odoo" -xtype l -path '*/static/*')
  [ -z "$broken" ] ||
    say "WARNING: files that Odoo's pages may ask for are missing: $(head -n 5 <<<"$broken" | tr '\n' ' ')"
}

for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || die "Odoo 19 is taken from Debian, and this machine has no $tool" \
    "Name an Odoo 19 that you have: ODOO_SOURCE=/path/to/odoo (a source tree or an installed odoo)."
done
rm -rf "$WORK"
mkdir -p "$WORK"
MIRROR=${DEBIAN_MIRROR:-$(debian_mirror)}
[ -n "$MIRROR" ] || die "no Debian mirror in this machine's apt configuration" \
  "Name one: DEBIAN_MIRROR=<its address>." "$OWN_ODOO"

missing=$(fetch_suite sid odoo-19 fonts-montserrat) || die "apt could not read or download from Debian sid" \
  "A broken download: run the same command again." "$OWN_ODOO"
! grep -qx odoo-19 <<<"$missing" || die "Debian sid at $MIRROR has no odoo-19 (any more)" "$OWN_ODOO"
# the paths that odoo-19 links to are those of bookworm's packages
if ! missing+=" $(fetch_suite bookworm "${LINKED[@]}")"; then
  # shellcheck disable=SC2086 # one word a package
  missing=$(fetch_suite sid $missing "${LINKED[@]}") || die "apt could not download from Debian" \
    "Run the same command again." "$OWN_ODOO"
fi
[ -z "${missing// /}" ] || say "WARNING: not in Debian: ${missing//$'\n'/ }; some pages may look different"
unpack
mend
rm -rf "$HOUSE/odoo-19" "$WORK"
mv "$HOUSE/odoo-19.new" "$HOUSE/odoo-19"
