"""Random orders, changed at random, refreshed and judged.

Each order is compared with the explosion of the tests (`oracle`) and with a twin: a
new order of Odoo itself with the same BoM, quantity and variant. A failure names its
seed: `REFRESH_FUZZ_SEED=17 REFRESH_FUZZ=1` repeats it, `REFRESH_FUZZ` says how many.
"""

import os
import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .common import RefreshCase
from .generator import Scenario, World
from .generator_edits import edit_bom, edit_order
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
SET_AT_CONFIRMATION = ("blocked_by", "work_order")


@tagged("post_install", "-at_install")
class TestFuzzRecalculation(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the chatter tracks of master data costs a third of the time
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.world = World(cls)
        cls.planner = cls.make_planner()
        cls.first = int(os.environ.get("REFRESH_FUZZ_SEED", "1"))
        cls.count = int(os.environ.get("REFRESH_FUZZ", "100"))

    def test_random_orders_equal_new_orders(self):
        seed, judged = self.first, 0
        while judged < self.count:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                scenario = Scenario(self.world, seed)
                try:
                    found = self.judge(scenario)
                except Exception as error:
                    error.add_note(self.story(scenario))
                    raise
                finally:
                    judged += max(1, len(scenario.orders))
                    savepoint.rollback()
                if found:
                    self.fail("\n".join([self.story(scenario), *found]))
            seed += 1

    def story(self, scenario):
        """Say how to repeat a scenario and what happened in it."""
        repeat = f"REFRESH_FUZZ_SEED={scenario.seed} REFRESH_FUZZ=1"
        return "\n  ".join([f"{repeat}, BoM {scenario.bom.id}", *scenario.steps])

    def judge(self, scenario):
        """Play a scenario and return what is wrong, in words."""
        for _number in range(scenario.pick(1, 1, 1, 2)):
            scenario.orders |= scenario.make_order()
        orders = scenario.orders
        for order in orders:
            scenario.do_picks(order)
            edit_order(scenario, order)
        edit_bom(scenario)
        before = {order: snapshot(order) for order in orders}
        options = {
            "scheduling_direction": scenario.pick("back", "forward"),
            "restore_reservation": True,
        }
        scenario.say(f"refresh {options['scheduling_direction']}")
        found = []
        rows = self.refresh_as_planner(scenario, orders, options)
        for order, row in zip(orders, rows, strict=True):
            if row["status"] not in ("refreshed", "unchanged"):
                text = f"status {row['status']} {row['code']}: {row['message']}"
                return [f"{order.name}: {text}"]
            found += self.compare(scenario, order)
            if row["status"] == "unchanged" and before[order] != snapshot(order):
                found.append("says unchanged, but lines changed")
        found += self.refresh_again(scenario, orders, options)
        if scenario.stage == "draft" and not found:
            orders.action_confirm()
            scenario.stage = "confirmed"
            scenario.say("confirm")
            for order in orders:
                found += self.compare(scenario, order)
        return found

    def refresh_as_planner(self, scenario, orders, options):
        """Refresh and return the rows of the result in the order of the records."""
        orders = orders.with_context(tracking_disable=False)
        result = self.refresh(orders, user=self.planner, **options)
        self.env.flush_all()
        scenario.forget_cache()
        rows = {row["id"]: row for row in result["orders"]}
        self.assertEqual(set(rows), set(orders.ids))
        return [rows[order.id] for order in orders]

    def compare(self, scenario, order):
        """Return the differences to the oracle and to a new order."""
        draft = scenario.stage == "draft"
        skip = SET_AT_CONFIRMATION if draft else ()
        if scenario.picked:
            skip = ("state",)  # of work orders: the components are there already
        actual = snapshot(order)
        found = [
            f"oracle: {text}"
            for text in differences(wanted_lines(order), actual, skip=skip)
        ]
        if not draft:  # a draft is compared with one when it is confirmed
            twin = scenario.make_order(like=order)
            found += [
                f"new order: {text}"
                for text in differences(snapshot(twin), actual, skip=skip)
            ]
        return found + [f"orphan: {text}" for text in orphans(order)]

    def refresh_again(self, scenario, orders, options):
        """A second refresh says unchanged and writes nothing."""
        with self.written_rows() as queries:
            rows = self.refresh_as_planner(scenario, orders, options)
        return [f"second refresh wrote: {query[:200]}" for query in queries] + [
            f"second refresh: {row['status']} {row['message']} {row['changes']}"
            for row in rows
            if row["status"] != "unchanged"
        ]

    @contextmanager
    def written_rows(self):
        """Collect the statements that change rows."""
        self.env.flush_all()
        queries = []
        execute = Cursor.execute

        def record(cursor, query, params=None, log_exceptions=True):
            text = getattr(query, "code", query)
            if isinstance(text, str) and WRITES.match(text):
                queries.append(text)
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", record):
            yield queries
