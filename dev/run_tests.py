"""Run the tests of the add-on with pytest; called by `dev/test`.

    run_tests.py [FILE or pytest option]...

Tests in tests/test_with_*.py run on a database in which more of Odoo's modules are
installed, all others on one with the add-on alone: two runs of pytest, one result.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import conf
import db

ADDON = conf.HOUSE / "addons" / db.MODULE
NO_TEST_RAN = 5
WITH_GLOB = "test_with_*.py"
QUEUE_GLOB = "*/test_server_queue_job.py"


def split(args):
    """Split the arguments into test files (or folders) and options."""
    targets = [arg for arg in args if (db.REPO / arg.partition("::")[0]).exists()]
    return targets, [arg for arg in args if arg not in targets]


def runs(targets):
    """The arguments of each run: kind of database, what to collect."""
    if not targets:
        yield "plain", ["tests", f"--ignore-glob=*/{WITH_GLOB}"]
        if files := sorted((db.REPO / "tests").glob(WITH_GLOB)):
            yield "with", [str(file.relative_to(db.REPO)) for file in files]
        return
    for kind in ("plain", "with"):
        mine = [
            target
            for target in targets
            if Path(target.partition("::")[0]).match(WITH_GLOB) == (kind == "with")
        ]
        if mine:
            yield kind, mine


def run(kind, collect, options):
    """Run pytest on a fresh database; return its exit status and what it counted."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.json")
        os.environ["ODOO_RC"] = subprocess.run(
            [sys.executable, db.DEV / "db.py", "new", kind, str(os.getpid())],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()
        paths = [arg if arg.startswith("--") else str(ADDON / arg) for arg in collect]
        try:
            status = subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", "-p", "pytest_house"),
                    *("--odoo-http", f"--confcutdir={ADDON.parent}"),
                    *("--rootdir", ADDON, "-c", ADDON / "pyproject.toml"),
                    *options,
                    *paths,
                ],
                env={
                    **os.environ,
                    "PYTHONPATH": f"{db.DEV}:{os.environ['PYTHONPATH']}",
                    "HOUSE_COUNTS": str(counts),
                    "HYPOTHESIS_STORAGE_DIRECTORY": str(conf.HOUSE / "hypothesis"),
                },
                check=False,
            ).returncode
        finally:
            end = [sys.executable, db.DEV / "db.py", "end", str(os.getpid())]
            subprocess.run(end, check=False)
        counted = json.loads(counts.read_text()) if counts.exists() else {}
    return status, counted


def main(args):
    targets, options = split(args)
    if os.environ.get("QUEUE_JOB") == "no":
        db.say("QUEUE_JOB=no: the tests with OCA's queue_job are left out")
        options.append(f"--ignore-glob={QUEUE_GLOB}")
    total = {"passed": 0, "failed": 0, "skipped": 0}
    worst = 0
    for kind, collect in runs(targets):
        status, counted = run(kind, collect, options)
        for key in total:
            total[key] += counted.get(key, 0)
        if status != NO_TEST_RAN:
            worst = worst or status
    if not any(total.values()) and not worst and "--collect-only" not in options:
        db.say("ERROR: no test ran: nothing in tests/ matches what was asked for")
        worst = NO_TEST_RAN
    sys.stdout.write(
        "{passed} passed, {failed} failed, {skipped} skipped\n".format(**total)
    )
    return worst


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
