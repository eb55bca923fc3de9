# shellcheck shell=bash
# Paths and helpers shared by the scripts in this folder; to be sourced.
# Progress goes to stderr: stdout belongs to the command that was asked for.
DEV=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
REPO=$(dirname "$DEV")
HOUSE=$REPO/.odoo
export MODULE=mrp_production_refresh

say() { printf '[house] %s\n' "$*" >&2; }

die() {
  printf '[house] ERROR: %s\n' "$1" >&2
  shift
  printf '        %s\n' "$@" >&2
  exit 1
}

step() { # TEXT COMMAND...: run it and say how long it took
  local text=$1 begin=$EPOCHREALTIME
  shift
  say "$text ..."
  "$@" # not `|| return`, which would switch set -e off in there
  local status=$?
  [ $status = 0 ] || return $status
  say "$text: $(seconds_since "$begin") s"
}

seconds_since() { # $EPOCHREALTIME of the begin; tenths of a second
  local now=$EPOCHREALTIME
  local tenths=$(((${now/[.,]/} - ${1/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

lock() { # NAME: from here to the end of the script one at a time in this checkout
  local fd
  exec {fd}>"$HOUSE/$1.lock"
  flock -n "$fd" || {
    say "waiting: another command is at work on this checkout ($1)"
    flock "$fd"
  }
}

find_odoo() { # sets ODOO_LIB (holds the package odoo), VENV, HOST_PYTHON
  ODOO_LIB=$HOUSE/odoo-19/usr/lib/python3/dist-packages
  VENV=$HOUSE/python
  HOST_PYTHON=${ODOO_PYTHON:-}
  if [ -n "${ODOO_SOURCE:-}" ]; then
    own_odoo
    VENV=$HOUSE/python-$(printf '%s\n' "$ODOO_LIB" "$HOST_PYTHON" | sha256sum | cut -c1-8)
  elif [ -n "$HOST_PYTHON" ]; then
    VENV=$HOUSE/python-$(printf '%s\n' "$HOST_PYTHON" | sha256sum | cut -c1-8)
  fi
  PY=$VENV/bin/python
}

own_odoo() { # $ODOO_SOURCE: a source tree, a folder with odoo/, odoo/ itself, or a program
  local at
  at=$(realpath -e -- "$ODOO_SOURCE" 2>/dev/null) ||
    die "ODOO_SOURCE=$ODOO_SOURCE does not exist" \
      "Name an Odoo 19 source tree, an installed odoo package or the program odoo."
  if [ -f "$at" ]; then
    if [ -z "$HOST_PYTHON" ]; then
      HOST_PYTHON=$(sed -n '1s/^#![[:space:]]*\(\/usr\/bin\/env \)\{0,1\}//p' "$at")
    fi
    if [ -e "$(dirname "$at")/odoo/release.py" ]; then
      ODOO_LIB=$(dirname "$at")
    else
      ODOO_LIB=$(cd / && ${HOST_PYTHON:-python3} -c \
        'import odoo.release as r, os; print(os.path.dirname(os.path.dirname(r.__file__)))') ||
        die "ODOO_SOURCE=$ODOO_SOURCE is a program, but its Python cannot import odoo" \
          "Name the folder that holds the package odoo instead."
    fi
  elif [ -e "$at/odoo/release.py" ]; then
    ODOO_LIB=$at
  else
    ODOO_LIB=$(dirname "$at")
  fi
  grep -qsE '^version_info *= *\(19,' "$ODOO_LIB/odoo/release.py" ||
    die "ODOO_SOURCE=$ODOO_SOURCE holds no Odoo 19 (looked at $ODOO_LIB/odoo/release.py)" \
      "Name an Odoo 19 source tree, an installed odoo package or the program odoo."
}

prepare() { # everything up to a running PostgreSQL; exports what Odoo needs
  local settings
  "$DEV/setup.sh" || exit
  find_odoo
  export PATH=$VENV/bin:$PATH:$HOUSE/chromium/bin
  export PYTHONPATH=$ODOO_LIB${PYTHONPATH:+:$PYTHONPATH}
  # passlib still asks for a module that Python 3.13 drops
  export PYTHONWARNINGS=${PYTHONWARNINGS:-"ignore:'crypt' is deprecated:DeprecationWarning"}
  export AXE_CORE=$HOUSE/axe/axe.min.js
  unset PGDATABASE # Odoo 19 would take it for the database to use
  settings=$("$PY" "$DEV/pg.py" start) || exit
  eval "$settings"
  settings=$("$PY" "$DEV/conf.py") || exit
  export ODOO_RC=$settings
}
