"""A real Odoo server for tests: two workers, on a throw-away copy of the database.

What a test does there is committed, seen by every worker, and dropped with the copy.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import xmlrpc.client
from contextlib import closing, suppress
from pathlib import Path

from odoo import sql_db
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, config

# a script: `python -m odoo` cannot start the gevent child of a server with workers
LAUNCHER = Path(__file__).resolve().parent.parent / "dev" / "launch.py"
HOST = "127.0.0.1"
START_SECONDS = 180
STOP_SECONDS = 20
CALL_SECONDS = 120  # whatever is called answers within this time


class Server:
    """An Odoo server on a copy of a database, both gone after `stop`.

    :param install: modules to install in the copy
    :param options: more of Odoo's command line
    :param environment: more variables; a `{port}` in them is that of the server
    """

    def __init__(self, source, workers=2, install=(), options=(), environment=()):
        self.database = f"{source}_server_{os.getpid()}"
        self.source = source
        self.port, gevent_port = _free_ports(2)
        self.url = f"http://{HOST}:{self.port}"
        self.log = tempfile.TemporaryFile()  # noqa: SIM115, closed by stop
        self.process = None
        self.program = [
            *(sys.executable, str(LAUNCHER), "-c", config["config"]),
            *("-d", self.database),
        ]
        self.command = [
            *(*self.program, f"--db-filter=^{self.database}$"),
            *("--workers", str(workers), "--max-cron-threads", "0"),
            *("--http-interface", HOST, "--http-port", str(self.port)),
            *("--gevent-port", str(gevent_port), "--log-handler", "odoo.http:ERROR"),
            *("--limit-time-cpu", "600", "--limit-time-real", "600"),
            *options,
        ]
        self.install = ",".join(install)
        self.environment = {
            name: value.format(port=self.port)
            for name, value in dict(environment).items()
        }

    def start(self):
        """Copy the database, start the server, and wait until it answers."""
        _copy_database(self.source, self.database)
        if self.install:
            subprocess.run(
                [
                    *(*self.program, "--no-http", "--stop-after-init"),
                    *("--log-level=warn", "-i", self.install),
                ],
                stdout=self.log,
                stderr=self.log,
                check=True,
            )
        self.launch()

    def launch(self):
        """Start the server on the database as it is, and wait until it answers."""
        self.process = subprocess.Popen(
            self.command,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            env={**os.environ, **self.environment},
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.read_log()}")
            time.sleep(0.2)

    def _answers(self):
        with suppress(urllib.error.URLError, OSError):
            url = f"{self.url}/web/health"
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status == 200
        return False

    def read_log(self):
        """Return what the server has logged."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def kill(self):
        """End all of its processes at once, as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Stop all of its processes, and drop the database."""
        if self.process:
            _stop_group(self.process)
        self.log.close()
        _drop_database(self.database)

    def cursor(self):
        """Return a cursor of ours on the server's database."""
        return sql_db.db_connect(self.database).cursor()

    def run_sql(self, *queries):
        """Run statements of ours there, each in a transaction of its own."""
        _run_sql(self.database, *queries)


class Client:
    """A user on XML-RPC, on a connection of its own."""

    def __init__(self, server, login, password):
        self.server, self.login, self.password = server, login, password
        self.models = self._proxy("object")
        common = self._proxy("common")
        self.uid = common.authenticate(server.database, login, password, {})
        assert self.uid, f"{login} cannot log in"

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"{self.server.url}/xmlrpc/2/{service}", _Transport(use_builtin_types=True)
        )

    def again(self):
        """Return the same user on another connection, for another thread."""
        return Client(self.server, self.login, self.password)

    def call(self, model, method, *args, **kwargs):
        return self.execute(model, method, args, kwargs)

    def execute(self, model, method, args, kwargs):
        login = (self.server.database, self.uid, self.password)
        return self.models.execute_kw(*login, model, method, args, kwargs)

    def add(self, model, **values):
        return self.call(model, "create", [values])[0]

    def ref(self, xmlid):
        """Return the id behind an XML id."""
        module, name = xmlid.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        (found,) = self.call("ir.model.data", "search_read", domain, ["res_id"])
        return found["res_id"]

    def make_user(self, login, *groups, **values):
        """Create a user, and return its client."""
        group_ids = [self.ref(group) for group in groups]
        vals = {"login": login, "name": login, "password": login, **values}
        self.add("res.users", group_ids=[(6, 0, group_ids)], **vals)
        return Client(self.server, login, login)


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host):
        connection = super().make_connection(host)
        connection.timeout = CALL_SECONDS
        return connection


class ServerCase(BaseCase):
    """Tests against a real server; `admin` is a client of its administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.make_server()
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()
        # a copy of a database that people use has another password
        cls.server.run_sql(
            SQL("UPDATE res_users SET password = 'admin' WHERE login = 'admin'")
        )
        cls.admin = Client(cls.server, "admin", "admin")
        cls.planner = cls.admin.make_user("planner", "mrp.group_mrp_user")

    @classmethod
    def make_server(cls):
        return Server(get_db_name())

    @classmethod
    def make_calendar(cls):
        """Create a calendar that is open day and night, in UTC."""
        attendance = [
            {
                "name": f"Day {day}",
                "dayofweek": str(day),
                "hour_from": 0,
                "hour_to": 24,
                "day_period": "morning",
            }
            for day in range(7)
        ]
        return cls.admin.add(
            "resource.calendar",
            name="24/7",
            tz="UTC",
            attendance_ids=[(5, 0, 0), *((0, 0, vals) for vals in attendance)],
        )

    @classmethod
    def make_workcenter(cls, name, calendar=None):
        return cls.admin.add(
            "mrp.workcenter",
            name=name,
            resource_calendar_id=calendar or cls.make_calendar(),
            time_start=0,
            time_stop=0,
        )

    @classmethod
    def make_bom(cls, workcenter, minutes=60):
        """Create a BoM with one component and one operation.

        :return: what an order of it is created with
        """
        names = ("Product", "Component")
        product, component = (
            cls.admin.add("product.product", name=name, type="consu", is_storable=True)
            for name in names
        )
        (row,) = cls.admin.call(
            "product.product", "read", [product], ["product_tmpl_id"]
        )
        operation = {
            "name": "Make",
            "workcenter_id": workcenter,
            "time_cycle_manual": minutes,
        }
        bom = cls.admin.add(
            "mrp.bom",
            product_tmpl_id=row["product_tmpl_id"][0],
            bom_line_ids=[(0, 0, {"product_id": component, "product_qty": 2})],
            operation_ids=[(0, 0, operation)],
        )
        return {"product_id": product, "bom_id": bom}

    @classmethod
    def make_orders(cls, vals, count=1, confirm=True, **values):
        """Create orders, confirmed unless told otherwise, and return their ids."""
        vals_list = [{**vals, **values} for _number in range(count)]
        ids = cls.admin.call("mrp.production", "create", vals_list)
        if confirm:
            cls.admin.call("mrp.production", "action_confirm", ids)
        return ids


def _free_ports(count):
    sockets = [socket.socket() for _number in range(count)]
    for sock in sockets:
        sock.bind((HOST, 0))
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def _stop_group(process):
    """End a process and all that it started, surely."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal_number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def _copy_database(source, name):
    _drop_database(name)
    # PostgreSQL copies no database that somebody is connected to: our idle ones go
    sql_db.close_db(source)
    _run_sql(
        "postgres",
        SQL(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND pid != pg_backend_pid()",
            source,
        ),
        SQL(
            "CREATE DATABASE %s TEMPLATE %s",
            SQL.identifier(name),
            SQL.identifier(source),
        ),
    )
    files = config.filestore(source)
    if os.path.exists(files):
        # files are named after their content and never change: links will do
        shutil.copytree(files, config.filestore(name), copy_function=os.link)


def _drop_database(name):
    sql_db.close_db(name)
    _run_sql(
        "postgres", SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name))
    )
    shutil.rmtree(config.filestore(name), ignore_errors=True)


def _run_sql(database, *queries):
    with closing(sql_db.db_connect(database).cursor()) as cr:
        # as databases are made, outside of transactions
        cr._cnx.autocommit = True
        for query in queries:
            cr.execute(query)
