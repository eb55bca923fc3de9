"""Planners, programs and workers on the same work centers at the same moment.

Eight clients and two workers by default; REFRESH_CLIENTS and REFRESH_ORDERS change how
many there are. What was measured is logged: `make test ARGS="-s --odoo-log-level=info
tests/test_server_concurrency.py"` shows it.
"""

import logging
import os
import re
import threading
import time
import xmlrpc.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

from odoo.tests import tagged

from ..models.mrp_workcenter import ADVISORY_NAMESPACE
from .server import ServerCase

_logger = logging.getLogger(__name__)

CLIENTS = int(os.environ.get("REFRESH_CLIENTS", "8"))
ORDERS = int(os.environ.get("REFRESH_ORDERS", "24"))
CALL = 2  # orders a call
AT_ONCE = 5  # seconds: far below the time that a lock is held in these tests
PATIENCE = 300  # seconds that all clients together may take
SERIALIZATION = "could not serialize access"


class Tally:
    """What several clients were answered, and how long it took them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = Counter()
        self.refreshed = Counter()
        self.longest = 0.0

    def note(self, seconds, rows=(), fault=None):
        with self.lock:
            self.longest = max(self.longest, seconds)
            self.counts["calls"] += 1
            if fault:
                self.counts["repeated by the client"] += 1
            for row in rows:
                self.counts[row["code"] or row["status"]] += 1
                if row["status"] == "refreshed":
                    self.refreshed[row["id"]] += 1


@tagged("post_install", "-at_install")
class TestServerConcurrency(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.make_calendar()
        now = datetime.now().replace(microsecond=0)
        cls.due = f"{now + timedelta(days=60):%Y-%m-%d %H:%M:%S}"
        cls.start = f"{now + timedelta(days=1):%Y-%m-%d %H:%M:%S}"

    def make_crowd(self, name, count=ORDERS):
        """Create orders that all want the same hours of one work center.

        :return: the work center and the orders
        """
        workcenter = self.make_workcenter(name, self.calendar)
        vals = self.make_bom(workcenter)
        dates = {"date_deadline": self.due, "date_start": self.start}
        return workcenter, self.make_orders(vals, count, **dates)

    def set_lock_timeout(self, seconds):
        name = "mrp_production_refresh.lock_timeout"
        self.admin.call("ir.config_parameter", "set_param", name, str(seconds))

    def run_clients(self, work):
        """Have all clients begin `work(client, number)` at the same moment."""
        clients = [self.planner.again() for _number in range(CLIENTS)]
        gate = threading.Barrier(CLIENTS)

        def begin(number):
            gate.wait(timeout=60)
            return work(clients[number], number)

        started = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            results = list(pool.map(begin, range(CLIENTS), timeout=PATIENCE))
        return results, time.monotonic() - started

    def refresh(self, client, tally, ids, **options):
        """Refresh orders and return those that the client has to try again."""
        started = time.monotonic()
        try:
            result = client.call(
                "mrp.production", "refresh_production_orders", ids, **options
            )
        except xmlrpc.client.Fault as fault:
            # Odoo gives up after five attempts and leaves the rest to the client
            if SERIALIZATION not in fault.faultString:
                raise
            tally.note(time.monotonic() - started, fault=fault)
            return ids
        rows = result["orders"]
        tally.note(time.monotonic() - started, rows)
        return [row["id"] for row in rows if row["code"] == "locked"]

    def read_slots(self, workcenter):
        """Return the slots on a work center as ``[(order, start, end)]``."""
        (row,) = self.admin.call(
            "mrp.workcenter", "read", [workcenter], ["resource_id"]
        )
        with closing(self.server.cursor()) as cr:
            cr.execute(
                "SELECT wo.production_id, slot.date_from, slot.date_to "
                "FROM resource_calendar_leaves slot "
                "JOIN mrp_workorder wo ON wo.leave_id = slot.id "
                "WHERE slot.resource_id = %s ORDER BY slot.date_from, slot.id",
                [row["resource_id"][0]],
            )
            return cr.fetchall()

    def count_overlaps(self, slots):
        overlaps, end = 0, datetime.min
        for _order, start, stop in slots:
            overlaps += start < end
            end = max(end, stop)
        return overlaps

    def assertLogQuiet(self):
        log = self.server.read_log()
        self.assertNotIn("Traceback", log, log[-5000:])

    # many orders, one work center

    def test_clients_never_book_the_same_hours(self):
        workcenter, orders = self.make_crowd("Bottleneck")
        tally = Tally()

        def work(client, number):
            direction = "forward" if number % 2 else "back"
            todo = orders[number::CLIENTS]
            while todo:
                todo, batch = todo[CALL:], todo[:CALL]
                todo += self.refresh(
                    client, tally, batch, scheduling_direction=direction
                )

        _results, seconds = self.run_clients(work)
        slots = self.read_slots(workcenter)
        overlaps = self.count_overlaps(slots)
        self.report("Refresh", len(orders), seconds, overlaps, tally)
        self.assertEqual(overlaps, 0)
        self.assertEqual(sorted(order for order, _start, _end in slots), orders)
        self.assertEqual(tally.refreshed, dict.fromkeys(orders, 1))
        self.assertFalse({"failed", "refused", "no_slot"} & set(tally.counts))
        self.assertLogQuiet()

    def test_clients_that_want_all_orders_at_once_lose_none(self):
        workcenter, orders = self.make_crowd("Rush", max(ORDERS // 4, CLIENTS))
        tally = Tally()

        def work(client, number):
            todo = orders[number:] + orders[:number]
            while todo:
                todo, batch = todo[CALL:], todo[:CALL]
                todo += self.refresh(client, tally, batch)

        _results, seconds = self.run_clients(work)
        slots = self.read_slots(workcenter)
        overlaps = self.count_overlaps(slots)
        self.report("Refresh, all by all", len(orders), seconds, overlaps, tally)
        self.assertEqual(overlaps, 0)
        self.assertEqual(sorted(order for order, _start, _end in slots), orders)
        self.assertEqual(set(tally.refreshed), set(orders))
        self.assertFalse({"failed", "no_slot"} & set(tally.counts))

    def test_refresh_beside_plan_on_alternatives(self):
        """Half of the clients refresh, half plan, on two work centers that stand in for
        each other.
        """
        workcenter, orders = self.make_crowd("Twin")
        twin = self.make_workcenter("Its twin", self.calendar)
        for one, other in ((workcenter, twin), (twin, workcenter)):
            values = {"alternative_workcenter_ids": [[6, 0, [other]]]}
            self.admin.call("mrp.workcenter", "write", [one], values)
        self.set_update_bom(True)
        self.addCleanup(self.set_update_bom, False)
        tally = Tally()

        def work(client, number):
            todo = orders[number::CLIENTS]
            while todo:
                todo, batch = todo[CALL:], todo[:CALL]
                if number % 2:
                    todo += self.refresh(client, tally, batch)
                else:
                    todo += self.plan(client, tally, batch)

        _results, seconds = self.run_clients(work)
        slots = [self.read_slots(center) for center in (workcenter, twin)]
        overlaps = sum(map(self.count_overlaps, slots))
        self.report("Refresh and Plan", len(orders), seconds, overlaps, tally)
        self.assertEqual(overlaps, 0)
        placed = sorted(order for center in slots for order, _start, _end in center)
        self.assertEqual(placed, orders)
        self.assertTrue(all(slots), "both are used")

    def set_update_bom(self, value):
        companies = self.admin.call("res.company", "search", [])
        values = {"refresh_update_bom": value}
        self.admin.call("res.company", "write", companies, values)

    def plan(self, client, tally, ids):
        """Press *Plan* and return the orders that the client has to try again."""
        started = time.monotonic()
        fault = None
        try:
            client.call("mrp.production", "button_plan", ids)
        except xmlrpc.client.Fault as error:
            fault = error
            if not re.search(f"{SERIALIZATION}|Try again", fault.faultString):
                raise
        tally.note(time.monotonic() - started, fault=fault)
        return ids if fault else []

    def test_what_odoo_itself_does_is_counted(self):
        workcenter, orders = self.make_crowd("Odoo's own", CLIENTS)
        tally = Tally()

        def work(client, number):
            for order in orders[number::CLIENTS]:
                started = time.monotonic()
                fault = None
                try:
                    client.call("mrp.production", "button_plan", [order])
                except xmlrpc.client.Fault as error:
                    fault = error
                tally.note(time.monotonic() - started, fault=fault)

        _results, seconds = self.run_clients(work)
        slots = self.read_slots(workcenter)
        overlaps = self.count_overlaps(slots)
        self.report("Odoo's own Plan", len(orders), seconds, overlaps, tally)
        self.assertEqual(tally.counts["calls"], len(orders))

    def report(self, what, orders, seconds, overlaps, tally):
        _logger.info(
            "%s: %s clients, %s orders, 1 work center: %s overlaps, %.1f s, "
            "longest call %.1f s, %s",
            *(what, CLIENTS, orders, overlaps, seconds, tally.longest),
            dict(tally.counts),
        )

    # the same order

    def test_one_of_several_clients_refreshes_an_order(self):
        _workcenter, (order,) = self.make_crowd("Shared order", 1)
        tally = Tally()

        def work(client, _number):
            return self.refresh(client, tally, [order])

        self.run_clients(work)
        self.assertEqual(tally.refreshed[order], 1)
        allowed = {
            "calls",
            "refreshed",
            "unchanged",
            "locked",
            "repeated by the client",
        }
        self.assertLessEqual(set(tally.counts), allowed)

    def test_an_order_that_somebody_holds_is_locked_at_once(self):
        _workcenter, (held, free) = self.make_crowd("Held order", 2)
        with closing(self.server.cursor()) as cr:
            cr.execute("SELECT FROM mrp_production WHERE id = %s FOR UPDATE", [held])
            started = time.monotonic()
            result = self.planner.call(
                "mrp.production", "refresh_production_orders", [held, free]
            )
            seconds = time.monotonic() - started
        self.assertLess(seconds, AT_ONCE)
        rows = [(row["status"], row["code"]) for row in result["orders"]]
        self.assertEqual(rows, [("refused", "locked"), ("refreshed", "")])
        self.assertEqual(self.refresh(self.planner, Tally(), [held]), [])

    # the same work center

    def test_a_work_center_that_somebody_plans_on_is_waited_for_a_short_time(self):
        workcenter, (order,) = self.make_crowd("Held work center", 1)
        _other, (elsewhere,) = self.make_crowd("Free work center", 1)
        self.set_lock_timeout(2)
        self.addCleanup(self.set_lock_timeout, 10)
        with closing(self.server.cursor()) as cr:
            cr.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [ADVISORY_NAMESPACE, workcenter],
            )
            started = time.monotonic()
            result = self.planner.call(
                "mrp.production", "refresh_production_orders", [order, elsewhere]
            )
            seconds = time.monotonic() - started
        self.assertGreater(seconds, 1.5)
        self.assertLess(seconds, 2 + AT_ONCE)
        rows = [(row["status"], row["code"]) for row in result["orders"]]
        self.assertEqual(rows, [("refused", "locked"), ("refreshed", "")])
        self.assertIn("Held work center", result["orders"][0]["message"])
        self.assertEqual(self.refresh(self.planner, Tally(), [order]), [])

    def test_a_work_center_that_becomes_free_in_time_is_used(self):
        workcenter, (order,) = self.make_crowd("Soon free", 1)
        self.set_lock_timeout(30)
        self.addCleanup(self.set_lock_timeout, 10)
        tally = Tally()
        with closing(self.server.cursor()) as cr, ThreadPoolExecutor(1) as pool:
            cr.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [ADVISORY_NAMESPACE, workcenter],
            )
            todo = pool.submit(self.refresh, self.planner, tally, [order])
            time.sleep(1)
            self.assertFalse(todo.done())
            cr.rollback()
            self.assertEqual(todo.result(timeout=30), [])
        self.assertEqual(tally.counts["refreshed"], 1)
