"""Run the tests of the add-on with pytest; called by `dev/test`.

    run_tests.py [FILE or pytest option]...

All tests are run in parts, TEST_JOBS of them at once, each a pytest of its own on a
database of its own. Files that are named are run one after the other, as pytest does.

Tests in tests/test_with_*.py run on a database in which more of Odoo's modules are
installed, all others on one with the add-on alone.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import conf
import db

ADDON = conf.HOUSE / "addons" / db.MODULE
NO_TEST_RAN = 5
WITH_GLOB = "test_with_*.py"
QUEUE_FILE = "test_server_queue_job.py"
# the first that fits counts
PARTS = {
    "server": ("test_server_*.py",),
    "with": (WITH_GLOB,),
    "browser": ("test_accessibility.py", "test_js.py", "test_tour_*.py"),
    "quiet": ("test_opening_time.py",),
    "a to i": ("test_[a-i]*.py",),
    "others": ("test_*.py",),
}
# two kinds of database first, so that both are made at once where they are missing
ORDER = ("others", "with", "a to i", "server", "browser", "quiet")
QUIET = "quiet"  # it measures time: on its own, in the end
PIPE_SECONDS = 5
OUTPUT = threading.Lock()
TOLD_AGAIN = re.compile(r"(FAILED|ERROR|SKIPPED) ")


@dataclass
class Part:
    """Tests for one pytest.

    :param name: of the part and of its database
    :param tests: files, with pytest's `::name` or not
    """

    name: str
    kind: str
    tests: list
    status: int = NO_TEST_RAN
    seconds: float = 0.0
    counts: dict = field(default_factory=dict)
    to_tell: list = field(default_factory=list)


def split(args):
    """Split the arguments into test files (or folders) and options.

    The word after `-k` or `-m` may be the name of another folder: `-k planning`.
    """
    targets = [arg for arg in args if is_test(arg)]
    return targets, [arg for arg in args if arg not in targets]


def is_test(arg):
    file, tests = db.REPO / arg.partition("::")[0], db.REPO / "tests"
    return file.exists() and file.resolve().is_relative_to(tests)


def get_kind(target):
    return "with" if Path(target.partition("::")[0]).match(WITH_GLOB) else "plain"


def find_parts():
    """Return the parts of all tests, in the order in which they are to begin."""
    files = {name: [] for name in ORDER}
    for file in sorted((db.REPO / "tests").glob("test_*.py")):
        if file.name == QUEUE_FILE and os.environ.get("QUEUE_JOB") == "no":
            db.say("QUEUE_JOB=no: the tests with OCA's queue_job are left out")
            continue
        fits = (name for name, globs in PARTS.items() if any(map(file.match, globs)))
        files[next(fits)].append(f"tests/{file.name}")
    return [
        Part(name, get_kind(tests[0]), tests) for name, tests in files.items() if tests
    ]


def find_parts_of(targets):
    """Return the parts of the tests that were named: one a kind of database."""
    for kind in ("plain", "with"):
        if mine := [target for target in targets if get_kind(target) == kind]:
            yield Part(kind, kind, mine)


def run(part, options, shown):
    """Run pytest on a fresh database, and note in the part what became of it.

    :param shown: whether its output goes to the terminal as it is; otherwise line by
        line, with the name of the part before each
    """
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.json")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "pytest", "-p", "pytest_house"),
                *("--odoo-http", f"--confcutdir={ADDON.parent}"),
                *("--rootdir", ADDON, "-c", ADDON / "pyproject.toml"),
                *options,
                *(str(ADDON / test) for test in part.tests),
            ],
            env={
                **os.environ,
                "ODOO_RC": make_database(part),
                "PYTHONPATH": f"{db.DEV}:{os.environ['PYTHONPATH']}",
                "PYTHONUNBUFFERED": "1",
                "HOUSE_COUNTS": str(counts),
                "HYPOTHESIS_STORAGE_DIRECTORY": str(conf.HOUSE / "hypothesis"),
            },
            **({} if shown else {"stdout": subprocess.PIPE, "text": True}),
        )
        part.status = process.wait() if shown else _wait(part, process)
        part.counts = json.loads(counts.read_text()) if counts.exists() else {}
    part.seconds = time.monotonic() - begin


def make_database(part):
    """Make a fresh database for the part, and return its configuration."""
    name = part.name.replace(" ", "_")
    command = [sys.executable, db.DEV / "db.py", "new", part.kind, str(os.getpid())]
    made = subprocess.run(
        [*command, name], check=True, stdout=subprocess.PIPE, text=True
    )
    return made.stdout.strip()


def _wait(part, process):
    """Pass on what the process prints until it ends, and return its status."""
    reader = threading.Thread(target=_pass_on, args=(part, process.stdout))
    reader.daemon = True  # what a test left running may hold the pipe open
    reader.start()
    status = process.wait()
    reader.join(PIPE_SECONDS)
    return status


def _pass_on(part, lines):
    """Print the lines; keep those that are to be told again at the end."""
    for line in lines:
        with OUTPUT:
            sys.stdout.write(f"{part.name:7} | {line}")
            sys.stdout.flush()
        if TOLD_AGAIN.match(line):
            part.to_tell.append(line)


def get_jobs():
    """Return how many parts run at once: TEST_JOBS, or one a processor, at most 4."""
    return int(os.environ.get("TEST_JOBS") or min(len(os.sched_getaffinity(0)), 4))


def run_parts(parts, options, jobs):
    if jobs == 1 or len(parts) == 1:
        for part in parts:
            run(part, options, shown=True)
        return
    with ThreadPoolExecutor(jobs) as pool:
        loud = [part for part in parts if part.name != QUIET]
        list(pool.map(lambda part: run(part, options, shown=False), loud))
    for part in parts:
        if part not in loud:
            run(part, options, shown=False)


def sum_up(parts, options):
    """Say what became of the parts, and return the exit status."""
    for part in parts:
        sys.stdout.writelines(part.to_tell)
        if len(parts) > 1:
            sys.stdout.write(f"{part.name}: {part.seconds:.0f} s\n")
    total = {
        key: sum(part.counts.get(key, 0) for part in parts)
        for key in ("passed", "failed", "skipped")
    }
    bad = [part.status for part in parts if part.status not in (0, NO_TEST_RAN)]
    status = bad[0] if bad else 0
    if not any(total.values()) and not status and "--collect-only" not in options:
        db.say("ERROR: no test ran: nothing in tests/ matches what was asked for")
        status = NO_TEST_RAN
    sys.stdout.write(
        "{passed} passed, {failed} failed, {skipped} skipped\n".format(**total)
    )
    return status


def main(args):
    targets, options = split(args)
    parts = list(find_parts_of(targets)) if targets else find_parts()
    try:
        run_parts(parts, options, 1 if targets else get_jobs())
    finally:
        end = [sys.executable, db.DEV / "db.py", "end", str(os.getpid())]
        subprocess.run(end, check=False)
    return sum_up(parts, options)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
