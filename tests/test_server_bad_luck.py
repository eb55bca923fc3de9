"""What a client is told when the database or the connection fails, on a real server.

A trigger makes a refresh wait in its last step, after all else was written, for a lock
that the test holds; in the meantime the bad luck happens.
"""

import socket
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

from odoo.tests import tagged
from odoo.tools import SQL

from .common_rpc import WARNING, RpcCase

KEY = 7003  # of the lock
PATIENCE = 60
WAIT_FOR_LOCK = SQL(
    """
    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(%s);
        RETURN NEW;
    END $$
    """,
    KEY,
)
TRIGGER = SQL(
    "CREATE TRIGGER wait_for_test BEFORE INSERT ON mail_message FOR EACH ROW "
    "WHEN (NEW.model = 'mrp.production') EXECUTE FUNCTION wait_for_test()"
)


@tagged("post_install", "-at_install")
class TestServerBadLuck(RpcCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.run_sql(WAIT_FOR_LOCK, TRIGGER)

    def select(self, query, *params):
        with closing(self.server.cursor()) as cr:
            cr.execute(query, params)
            return cr.fetchall()

    @contextmanager
    def in_the_middle(self, order, call=None):
        """Give a refresh that waits in its last step; it goes on at the end.

        :param call: what begins it, by default `refresh` as the planner
        """
        with closing(self.server.cursor()) as cr, ThreadPoolExecutor(1) as pool:
            cr.execute("SELECT pg_advisory_lock(%s)", [KEY])
            work = pool.submit(call or self.refresh, [order])
            try:
                self.wait_until(self.waiting_backend)
                yield work
            finally:
                cr.execute("SELECT pg_advisory_unlock(%s)", [KEY])

    def waiting_backend(self):
        """Return the database process that waits for us, if there is one."""
        rows = self.select(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s "
            "AND NOT granted",
            KEY,
        )
        return rows and rows[0][0]

    def wait_until(self, happened):
        deadline = time.monotonic() + PATIENCE
        while not (result := happened()):
            self.assertLess(time.monotonic(), deadline, self.server.read_log()[-3000:])
            time.sleep(0.05)
        return result

    def assertRepeatWorks(self, order):
        (row,) = self.refresh([order])["orders"]
        self.assertEqual(row["status"], "refreshed")
        (row,) = self.refresh([order])["orders"]
        self.assertEqual(row["status"], "unchanged")

    def test_serialization_failure_in_the_middle_is_repeated(self):
        order = self.make_order()
        ((move,),) = self.select(
            "SELECT id FROM stock_move WHERE raw_material_production_id = %s", order
        )
        before = self.server.read_log().count("SERIALIZATION_FAILURE")
        self.server.run_sql(SQL("DROP TRIGGER wait_for_test ON mail_message"))
        self.addCleanup(self.server.run_sql, TRIGGER)
        # the refresh waits as it writes the order, and then loses against the move
        self.server.run_sql(
            SQL(
                "CREATE TRIGGER wait_for_test BEFORE UPDATE ON mrp_production "
                "FOR EACH ROW EXECUTE FUNCTION wait_for_test()"
            )
        )
        self.addCleanup(
            self.server.run_sql, SQL("DROP TRIGGER wait_for_test ON mrp_production")
        )
        with self.in_the_middle(order) as work:
            self.server.run_sql(
                SQL("UPDATE stock_move SET sequence = 77 WHERE id = %s", move)
            )
        (row,) = work.result(timeout=PATIENCE)["orders"]
        self.assertEqual(row["status"], "refreshed")
        after = self.server.read_log().count("SERIALIZATION_FAILURE")
        self.assertGreater(after, before)

    def test_conflict_that_stays_is_told(self):
        order, second = self.make_order(), self.make_order()
        before = self.snapshot(order, second)
        self.server.run_sql(
            SQL(
                "CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'clash' USING ERRCODE = 'serialization_failure'; "
                "END $$"
            ),
            SQL(
                "CREATE TRIGGER clash BEFORE UPDATE ON mrp_production "
                "FOR EACH ROW EXECUTE FUNCTION clash()"
            ),
        )
        try:
            with ThreadPoolExecutor(1) as pool:
                call = (self.json2, "refresh_production_orders")
                work = pool.submit(*call, ids=[second])
                text = self.assertFault(WARNING, [order])
                response = work.result(timeout=PATIENCE)
        finally:
            self.server.run_sql(SQL("DROP TRIGGER clash ON mrp_production"))
        self.assertIn("Others kept changing", text)
        self.assertEqual(response.status_code, 422, response.text)
        self.assertEqual(response.json()["message"], text)
        self.assertEqual(self.snapshot(order, second), before)
        self.assertRepeatWorks(order)

    def test_database_process_that_dies_leaves_the_order(self):
        order = self.make_order()
        before = self.snapshot(order)
        with self.in_the_middle(order) as work:
            pid = self.waiting_backend()
            self.server.run_sql(SQL("SELECT pg_terminate_backend(%s)", pid))
            with self.assertRaises(xmlrpc.client.Fault) as caught:
                work.result(timeout=PATIENCE)
        self.assertClear(caught.exception.faultString)
        self.assertEqual(caught.exception.faultCode, WARNING)
        self.assertIn("connection to the database", caught.exception.faultString)
        self.assertEqual(self.snapshot(order), before)
        self.assertRepeatWorks(order)

    def test_client_that_hangs_up_does_no_harm(self):
        order = self.make_order()
        when = "SELECT refresh_date FROM mrp_production WHERE id = %s"
        body = xmlrpc.client.dumps(
            (
                *(self.server.database, self.planner.uid, self.planner.password),
                *("mrp.production", "refresh_production_orders", [[order]], {}),
            ),
            "execute_kw",
        ).encode()
        head = (
            f"POST /xmlrpc/2/object HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        with self.in_the_middle(
            order, lambda _ids: connection.sendall(head.encode() + body)
        ):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self.wait_until(lambda: self.select(when, order) != [(None,)])
        (row,) = self.refresh([order])["orders"]
        self.assertEqual(row["status"], "unchanged")
