"""Databases, made quickly: templates that are copied.

    db.py new KIND PID [NAME]   make a database for that process
    db.py end PID               remove its databases
    db.py keep KIND NAME        make NAME, or bring it to the present code

`new` and `keep` print where the configuration for the database is.

A kind is what is installed: `plain` the add-on and what it depends on, `with` also the
modules of WITH_MODULES, `demo` as plain, with demonstration data.

Templates come in two steps: Odoo's modules, which take a minute, and on a copy of that
the add-on in its present state. Each is built under a temporary name and renamed when
it is whole, so that an interrupted build is never used.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import conf
import psycopg2
from psycopg2 import sql

DEV = Path(__file__).resolve().parent
REPO = DEV.parent
MODULE = "mrp_production_refresh"
WITH_MODULES = (
    "base_automation",
    "mrp_account",
    "mrp_product_expiry",
    "mrp_subcontracting",
    "project_mrp_account",
    "purchase_mrp",
    "purchase_stock",
    "sale_mrp",
    "stock_dropshipping",
)
KINDS = ("plain", "with", "demo")
# folders of the checkout that leave no trace in a database
NOT_INSTALLED = {"benchmarks", "dev", "docs", "examples", "tests", "node_modules"}
# Two checkouts may share a server that the user named
PREFIX = f"refresh_{hashlib.sha256(str(REPO).encode()).hexdigest()[:6]}_"
RUN = f"{PREFIX}run_"  # then the process that uses it


def say(text):
    sys.stderr.write(f"[house] {text}\n")


@contextmanager
def timed(text):
    say(f"{text} ...")
    begin = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - begin:.1f} s")


@contextmanager
def locked(name):
    with (conf.HOUSE / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting: another command makes databases for this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Databases:
    """The server's databases and their file stores, in step."""

    def __init__(self):
        try:
            # without PGDATABASE, so that every server has it
            self.connection = psycopg2.connect(dbname="postgres")
        except psycopg2.OperationalError as error:
            raise SystemExit(
                f"[house] ERROR: no connection to PostgreSQL: {error}"
                "Check PGHOST, PGPORT, PGUSER and PGPASSWORD; the user must be allowed "
                "to create databases.\nWithout PGHOST the project starts its server."
            ) from None
        self.connection.autocommit = True

    def close(self):
        self.connection.close()

    def _run(self, query, *names):
        with self.connection.cursor() as cursor:
            cursor.execute(sql.SQL(query).format(*map(sql.Identifier, names)))

    def names(self, prefix):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall() if name.startswith(prefix)}

    def exists(self, name):
        return name in self.names(name)

    def drop(self, name):
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(self.files(name), ignore_errors=True)

    def create(self, name):
        self.drop(name)
        self._run("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)

    def copy(self, source, name):
        self.drop(name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, source)
        if self.files(source).exists():
            # files are named after their content and never change: links will do
            shutil.copytree(self.files(source), self.files(name), copy_function=os.link)

    def rename(self, name, new_name):
        """Files first: a database of that name means that all of it is there."""
        shutil.rmtree(self.files(new_name), ignore_errors=True)
        if self.files(name).exists():
            self.files(name).rename(self.files(new_name))
        self._run("ALTER DATABASE {} RENAME TO {}", name, new_name)

    @staticmethod
    def files(name):
        return conf.data_dir() / "filestore" / name


def run_odoo(*args):
    """Run Odoo; its warnings are shown, the rest only when it fails."""
    command = [sys.executable, DEV / "launch.py", *args, "--log-level=warn"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(
            f"[house] ERROR: Odoo stopped with status {done.returncode}; it says why "
            "above.\nMend that (often the add-on's code), then run the command again."
        )


def install(name, modules, demo):
    os.environ["ODOO_RC"] = str(conf.for_database(name, max_cron_threads="0"))
    demo_option = "--with-demo" if demo else "--without-demo"
    run_odoo("-i", ",".join(modules), demo_option, "--stop-after-init", "--no-http")


def digest(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:8]


def odoo_state():
    """What tells one Odoo from another: place, version, commit."""
    import odoo.release

    release = Path(odoo.release.__file__)
    commit = subprocess.run(
        ["git", "-C", release.parent, "log", "-1", "--format=%H", "--", "."],
        capture_output=True,
        check=False,
        text=True,
    ).stdout
    return digest(release, release.read_text(), commit)


def addon_state():
    """A digest of all files that can leave a trace in a database."""
    found = []
    for folder, folders, files in os.walk(REPO):
        at = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name != "__pycache__"
            and not (at == REPO and name in NOT_INSTALLED)
        )
        for name in sorted(files):
            # at the top, only these two are read by Odoo
            if at != REPO or name in {"__init__.py", "__manifest__.py"}:
                content = hashlib.sha256((at / name).read_bytes()).hexdigest()
                found.append(f"{(at / name).relative_to(REPO)} {content}")
    return digest(*found)


def make_template(databases, kind):
    """Make the template of that kind if it is missing; return its name."""
    manifest = ast.literal_eval((REPO / "__manifest__.py").read_text())
    modules = sorted({*manifest["depends"], *(WITH_MODULES if kind == "with" else ())})
    start = f"{PREFIX}{kind}_"
    base = f"{start}{digest(odoo_state(), *modules)}"
    full = f"{base}_{addon_state()}"
    if databases.exists(full):
        return full
    building = f"{PREFIX}building_{kind}"
    if not databases.exists(base):
        for stale in databases.names(start):
            databases.drop(stale)
        with timed(f"database with {', '.join(modules)}"):
            databases.create(building)
            install(building, modules, kind == "demo")
            databases.rename(building, base)
    for stale in databases.names(f"{base}_"):
        databases.drop(stale)
    with timed("the add-on installed"):
        databases.copy(base, building)
        install(building, [MODULE], kind == "demo")
        databases.rename(building, full)
    return full


def keep(databases, kind, name):
    """Make the database if it is missing; bring an older one to the present code."""
    template = make_template(databases, kind)
    mark = conf.HOUSE / f"{name}-{conf.server_tag()}.template"
    if not databases.exists(name):
        databases.copy(template, name)
    elif not mark.exists() or mark.read_text() != template:
        with timed(f"database {name} brought to the present code"):
            os.environ["ODOO_RC"] = str(conf.for_database(name))
            run_odoo("-u", MODULE, "--stop-after-init", "--no-http")
    mark.write_text(template)
    return conf.for_database(name)


def new(databases, kind, pid, name=None):
    """Make a database of that kind; the name tells it from others of the process."""
    for stale in databases.names(RUN):
        owner = stale.removeprefix(RUN).partition("_")[0]
        if not Path("/proc", owner).exists():  # it was killed
            end(databases, owner)
    name = f"{RUN}{pid}_{name or kind}"
    databases.copy(make_template(databases, kind), name)
    return conf.for_database(name)


def end(databases, pid):
    for name in databases.names(f"{RUN}{pid}_"):
        databases.drop(name)
        conf.path(name).unlink(missing_ok=True)


def main(action, *args):
    with closing(Databases()) as databases:
        if action == "end":
            end(databases, *args)
            return
        make = {"new": new, "keep": keep}[action]
        with locked(f"databases-{args[0]}"):  # two kinds at once
            sys.stdout.write(f"{make(databases, *args)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
