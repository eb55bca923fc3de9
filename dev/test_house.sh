#!/usr/bin/env bash
# Tests of dev/ itself: what it passes through, and what it says when something is wrong.
set -uo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

expect() { # STATUS TEXT COMMAND...: the command ends with that status and prints that text
  local status=$1 text=$2 got
  shift 2
  "$@" >"$scratch/output" 2>&1
  got=$?
  if [ $got = "$status" ] && { [ -z "$text" ] || grep -qF -- "$text" "$scratch/output"; }; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  status %s, expected %s and "%s"\n' "$*" $got "$status" "$text"
    tail -n 5 "$scratch/output" | sed 's/^/  | /'
  fi
}

in_shell() { "$DEV/odoo" shell --no-http --log-level=error <<<"$1"; }

stdout_is_odoos() {
  [ "$("$DEV/odoo" --version 2>/dev/null)" = "Odoo Server 19.0" ] && echo same
}

own_rc() {
  printf '[options]\nlimit_time_cpu = 61\naddons_path = %s\n' "$scratch/mine" >"$scratch/rc"
  mkdir -p "$scratch/mine/some_module"
  touch "$scratch/mine/some_module/__init__.py"
  echo '{"name": "Some"}' >"$scratch/mine/some_module/__manifest__.py"
  ODOO_RC=$scratch/rc in_shell 'c = odoo.tools.config; print(c["limit_time_cpu"], len(c["addons_path"]), c["db_host"] != "")'
}

signal_reaches_odoo() {
  local port pid
  port=$(free_port)
  "$DEV/odoo" --http-port "$port" --max-cron-threads 0 &
  pid=$!
  for _ in $(seq 60); do
    ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    sleep 0.5
  done
  kill -TERM $pid
  wait $pid && echo stopped
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

port_taken() {
  local port holder
  port=$(free_port)
  python3 -m http.server --bind 127.0.0.1 "$port" &
  holder=$!
  for _ in $(seq 50); do
    ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    sleep 0.1
  done
  "$DEV/serve" "$port" unused
  local status=$?
  kill $holder
  return $status
}

skip_run() { # LINE OF THE LIST: pytest on a test that is skipped
  mkdir -p "$scratch/t"
  printf 'import pytest\ndef test_one():\n    pass\ndef test_two():\n    pytest.skip("tired")\n' >"$scratch/t/test_t.py"
  echo "$1" >"$scratch/allowed"
  (cd "$scratch/t" && env -u ODOO_RC PYTHONPATH="$DEV" "$PY" -c '
import pathlib, sys, pytest, pytest_house
pytest_house.ALLOWED = pathlib.Path(sys.argv[1])
sys.exit(pytest.main(["-p", "pytest_house", "-p", "no:odoo", "--rootdir=.", "test_t.py"]))' "$scratch/allowed")
}

"$DEV/setup.sh" || exit
find_odoo

expect 0 same stdout_is_odoos
expect 0 "Odoo Server 19.0" env -C / "$DEV/odoo" --version
expect 1 "Unknown command" "$DEV/odoo" nonsense
expect 2 "no such option" "$DEV/odoo" --nonsense
expect 7 "" in_shell 'import sys; sys.exit(7)'
expect 0 "database: None" in_shell 'import os; print("database:", os.environ.get("PGDATABASE"))'
PGDATABASE=elsewhere expect 0 "database: None" in_shell 'import os; print("database:", os.environ.get("PGDATABASE"))'
expect 0 "61 2 True" own_rc
expect 0 stopped signal_reaches_odoo
expect 1 "make serve PORT=" port_taken

expect 1 "SKIPPED test_t.py::test_two: Skipped: tired" skip_run ""
expect 0 "1 passed, 1 skipped" skip_run "test_t.py::test_two | sleeps at noon"
expect 4 "a reason is missing" skip_run "test_t.py::test_two"
expect 5 "no test ran" "$DEV/test" -k no_test_has_this_name
expect 5 "no test ran" "$DEV/test" -k benchmarks # a folder, but no test

QUEUE_JOB=no expect 5 "are left out" "$DEV/test" -k test_batches_become_jobs

expect 1 "does not exist" env ODOO_SOURCE=/nowhere "$DEV/odoo" --version
mkdir -p "$scratch/old/odoo"
echo 'version_info = (18, 0, 0, FINAL, 0, "")' >"$scratch/old/odoo/release.py"
expect 1 "holds no Odoo 19" env ODOO_SOURCE="$scratch/old" "$DEV/odoo" --version
expect 1 "cannot import what Odoo needs" env ODOO_PYTHON=/bin/false "$DEV/odoo" --version
expect 1 "holds no initdb" env PG_BIN=/nowhere "$DEV/odoo" --version
expect 1 "no connection to PostgreSQL" env PGHOST=/nowhere "$DEV/script" plain - "$DEV/demo.py"
expect 1 "there is no" "$DEV/script" plain - nothing.py

printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
