"""What the tests with random orders share: seeds, a new order to compare with."""

import os
import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor

from .common import RefreshCase
from .generator import World
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
SET_AT_CONFIRMATION = ("blocked_by", "work_order")


class FuzzCase(RefreshCase):
    """Plays scenarios until `count` orders were judged; every failing seed is named.

    A class says which `scenario_class` and how to `judge` one, and how large its
    `share` is of the orders that `REFRESH_FUZZ` (100) asks for;
    `REFRESH_FUZZ_SEED=17 REFRESH_FUZZ=1` repeats one.
    """

    scenario_class = None
    share = 1.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the chatter tracks of master data costs a third of the time
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.world = World(cls)
        cls.planner = cls.make_planner()
        cls.first = int(os.environ.get("REFRESH_FUZZ_SEED", "1"))
        orders = int(os.environ.get("REFRESH_FUZZ", "100"))
        cls.count = max(1, round(orders * cls.share))

    def judge(self, scenario):
        """Play a scenario and return what is wrong, in words."""
        raise NotImplementedError

    def play_scenarios(self):
        seed, judged = self.first, 0
        while judged < self.count:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                scenario = self.scenario_class(self.world, seed)
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

    def refresh_as_planner(self, scenario, orders, options):
        """Refresh and return the rows of the result in the order of the records."""
        orders = orders.with_context(tracking_disable=False)
        result = self.refresh(orders, user=self.planner, **options)
        self.env.flush_all()
        scenario.forget_cache()
        rows = {row["id"]: row for row in result["orders"]}
        self.assertEqual(set(rows), set(orders.ids))
        return [rows[order.id] for order in orders]

    def refused(self, orders, rows):
        """Return in words what was not refreshed."""
        return [
            f"{order.name}: status {row['status']} {row['code']}: {row['message']}"
            for order, row in zip(orders, rows, strict=True)
            if row["status"] not in ("refreshed", "unchanged")
        ]

    def compare(self, scenario, order):
        """Return the differences to the oracle and to a new order."""
        draft = scenario.stage == "draft"
        skip = SET_AT_CONFIRMATION if draft else ()
        if scenario.picked:
            skip = ("state",)  # of work orders: the components are there already
        if scenario.renamed:
            skip += ("origin",)  # names the order as it was when a line was confirmed
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
