"""Bad luck while applying: an add-on, Odoo or the database raises at some step."""

from contextlib import ExitStack
from itertools import pairwise
from unittest.mock import patch

import psycopg2
import psycopg2.errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RefreshCase

PIPELINE = "odoo.addons.mrp_production_refresh.models.mrp_production_refresh_pipeline"
# steps that write, each given the plans first
STEPS = (
    "_apply_header",
    "_apply_operations",
    "_apply_finished",
    "_apply_components",
    "_apply_links",
    "_apply_slots",
    "_apply_dates",
    "_apply_traces",
)
# methods of Odoo or an add-on that a step calls for one order
INNER = ("_guard_started", "_prepare_request", "_collect_dates", "_render_note")


@tagged("post_install", "-at_install")
class TestFaults(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flour, cls.cheese = cls.make_products("Flour", "Cheese")
        cls.oven = cls.make_workcenter("Oven", cls.office_hours)
        cls.planner = cls.make_planner()

    def make_orders(self, confirmed=True):
        """Return three orders that a refresh would change, the same due date."""
        cake = self.make_product("Cake")
        bake = {"name": "Bake", "workcenter": self.oven}
        bom = self.make_bom(cake, [(self.flour, 2)], [bake])
        make = self.make_confirmed_order if confirmed else self.make_order
        orders = self.env["mrp.production"].union(*(make(bom) for _ in range(3)))
        bom.bom_line_ids.product_qty = 3
        self.add_line(bom, self.cheese)
        self.add_operation(bom, "Cool", self.oven)
        return orders

    def raising(self, step, victim, error, before=False):
        """Patch a step so that it raises for one order.

        :param before: raise before the step's own work is done, not after
        """
        model = self.registry["mrp.production.refresh.pipeline"]
        original = getattr(model, step)

        def concerns(args):
            for arg in args:
                if isinstance(arg, list):
                    if any(getattr(a, "order_id", 0) == victim.id for a in arg):
                        return True
                elif getattr(arg, "order_id", None) == victim.id:
                    return True
            return False

        def patched(self, *args, **kwargs):
            if before and concerns(args):
                raise error
            result = original(self, *args, **kwargs)
            if concerns(args):
                raise error
            return result

        return patch.object(model, step, patched)

    def state_of(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        moves = order.move_raw_ids | order.move_finished_ids
        leaves = order.workorder_ids.leave_id
        # stored values alone: forecasts change with the other orders
        return [
            records.read(
                [name for name, field in records._fields.items() if field.store]
            )
            for records in (
                *(order, moves, order.workorder_ids, leaves),
                order.message_ids,
            )
        ]

    def assert_only_the_victim_fails(self, step, error, text, **options):
        orders = self.make_orders(options.pop("confirmed", True))
        victim = orders[1]
        before = self.state_of(victim)
        with self.raising(step, victim, error, **options), mute_logger(PIPELINE):
            result = self.refresh(orders, user=self.planner)
        rows = {row["id"]: row for row in result["orders"]}
        self.assertEqual(
            [rows[order.id]["status"] for order in orders],
            ["refreshed", "failed", "refreshed"],
            result,
        )
        message = rows[victim.id]["message"]
        self.assertIn(text, message)
        for internal in ("Traceback", "psycopg2", "ValueError", "relation", step):
            self.assertNotIn(internal, message)
        self.assertEqual(self.state_of(victim), before)
        self.assert_no_double_booking()
        for order in orders - victim:
            self.assertIn(self.cheese, order.move_raw_ids.product_id)
            self.assertTrue(all(wo.leave_id for wo in order.workorder_ids))
        # and once the cause is gone, nothing stands in the way
        self.refresh_one(victim, user=self.planner)
        self.assert_no_double_booking()

    def assert_no_double_booking(self):
        self.env.flush_all()
        slots = self.env["resource.calendar.leaves"].search(
            [("resource_id", "=", self.oven.resource_id.id)], order="date_from"
        )
        for one, other in pairwise(slots):
            self.assertLessEqual(one.date_to, other.date_from)

    # one order's error

    def test_user_error_in_a_step_fails_that_order_with_its_text(self):
        text = "The flour is wet."
        for step in STEPS:
            with self.subTest(step=step):
                self.assert_only_the_victim_fails(step, UserError(text), text)
        with self.subTest("before anything was written"):
            self.assert_only_the_victim_fails(
                STEPS[0], UserError(text), text, before=True
            )

    def test_unexpected_error_in_a_step_fails_that_order_without_its_text(self):
        for step in (*INNER, "_apply_operations", "_apply_slots"):
            with self.subTest(step=step):
                self.assert_only_the_victim_fails(
                    step, ValueError("wet flour"), "unexpected error"
                )

    def test_error_of_the_database_fails_that_order_without_its_text(self):
        for step in ("_apply_components", "_apply_traces"):
            with self.subTest(step=step):
                self.assert_only_the_victim_fails(
                    step,
                    psycopg2.errors.CheckViolation("relation violates"),
                    "unexpected error",
                )

    def test_draft_orders_survive_an_error_too(self):
        for step in ("_apply_components", "_apply_dates"):
            with self.subTest(step=step):
                self.assert_only_the_victim_fails(
                    step, ValueError("wet flour"), "unexpected error", confirmed=False
                )

    def test_a_broken_statement_does_not_break_the_transaction(self):
        orders = self.make_orders()
        model = self.registry["mrp.production.refresh.pipeline"]
        original = model._apply_slots

        def patched(pipeline, plans, workorders):
            original(pipeline, plans, workorders)
            if any(plan.order_id == orders[1].id for plan in plans):
                pipeline.env.cr.execute("SELECT 1 / 0")

        before = self.state_of(orders[1])
        muted = mute_logger(PIPELINE, "odoo.sql_db")
        with patch.object(model, "_apply_slots", patched), muted:
            result = self.refresh(orders, user=self.planner)
        statuses = [row["status"] for row in result["orders"]]
        self.assertEqual(sorted(statuses), ["failed", "refreshed", "refreshed"])
        self.assertEqual(self.state_of(orders[1]), before)
        self.assert_no_double_booking()

    def test_all_orders_fail_each_with_its_own_text(self):
        orders = self.make_orders()
        before = [self.state_of(order) for order in orders]
        with ExitStack() as stack:
            for order in orders:
                error = UserError(f"No oven for {order.name}.")
                stack.enter_context(self.raising("_apply_dates", order, error))
            result = self.refresh(orders, user=self.planner)
        self.assertEqual(result["failed"], 3)
        for row in result["orders"]:
            self.assertEqual(row["message"], f"No oven for {row['name']}.")
        self.assertEqual([self.state_of(order) for order in orders], before)

    # what is not about one order

    def assert_raises_through(self, orders, step, error):
        """A refresh ends with the error itself, and nothing of it stays."""
        before = [order.write_date for order in orders]
        messages = orders.message_ids
        # each is the first try of a call
        self.env["mrp.production.refresh.pipeline"]._forget_conflicts()
        with (
            self.subTest(step=step, error=type(error).__name__),
            self.assertRaises(type(error)),
            self.env.cr.savepoint(),
            self.raising(step, orders[1], error),
        ):
            self.refresh(orders, user=self.planner)
        self.env.invalidate_all()
        self.assertEqual([order.write_date for order in orders], before)
        self.assertEqual(orders.message_ids, messages)
        self.assertNotIn(self.cheese, orders.move_raw_ids.product_id)

    def test_errors_that_odoo_repeats_are_passed_through(self):
        orders = self.make_orders()
        error = psycopg2.errors.SerializationFailure("could not serialize access")
        for step in (*STEPS, *INNER):
            self.assert_raises_through(orders, step, error)
        for error in (
            psycopg2.errors.DeadlockDetected("deadlock detected"),
            psycopg2.errors.LockNotAvailable("lock timeout"),
            psycopg2.errors.AdminShutdown("terminating connection"),
        ):
            self.assert_raises_through(orders, "_apply_components", error)

    def test_access_errors_are_raised(self):
        orders = self.make_orders()
        for step in ("_apply_header", "_apply_slots", "_apply_traces", *INNER):
            self.assert_raises_through(orders, step, AccessError("Not yours."))

    def test_a_read_only_transaction_is_one_clear_error(self):
        orders = self.make_orders()
        self.env.flush_all()
        for method in ("refresh_production_orders", "refresh_in_background"):
            with self.subTest(method), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute("SET LOCAL transaction_read_only = on")
                with self.assertRaises(UserError) as caught, mute_logger("odoo.sql_db"):
                    getattr(orders.with_user(self.planner), method)()
                savepoint.rollback()
                self.assertIn("read-only", str(caught.exception))
                self.assertNotIn("UPDATE", str(caught.exception))
