"""With nothing to calculate the dates of the header are written, and only they."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import RefreshCase

NOTHING = dict.fromkeys(
    ("calculate_lines", "calculate_routings", "calculate_components"), False
)


@tagged("post_install", "-at_install")
class TestHeaderDates(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cake, cls.flour, crumb = cls.make_products("Cake", "Flour", "Crumb")
        cls.oven = cls.make_workcenter("Oven", cls.office_hours)
        cls.bom = cls.make_bom(
            cake,
            [{"product": cls.flour, "qty": 2, "operation": "Bake"}],
            [{"name": "Bake", "workcenter": cls.oven}],
            byproducts=[{"product": crumb, "operation": "Bake"}],
        )
        cls.due, cls.start = datetime(2030, 2, 1, 16), datetime(2030, 1, 15, 9)
        cls.asked = {"due_date": cls.due, "start_date": cls.start}
        cls.planner = cls.make_planner()

    def lines_of(self, order):
        names = ("product_id", "product_uom_qty", "state", "workorder_id")
        return (
            [
                move.read(names)
                for move in (order.move_raw_ids, order.move_finished_ids)
            ],
            order.workorder_ids.read(("workcenter_id", "date_start", "date_finished")),
            order.workorder_ids.leave_id.read(("date_from", "date_to")),
        )

    def assert_dates_only(self, order, **options):
        lines = self.lines_of(order)
        options = {**NOTHING, **self.asked, **options}
        preview = order.with_user(self.planner).preview_refresh(**options)
        self.assertNotEqual(order.date_deadline, self.due)
        row = self.refresh_one(order, user=self.planner, **options)
        self.assertEqual(preview["orders"], [row])
        self.assertEqual(order.date_deadline, self.due)
        self.assertEqual(order.date_start_requested, self.start)
        self.assertEqual(self.lines_of(order), lines)
        self.assertEqual((row["changes"], row["capacity"]), ([], []))
        self.assertEqual(row["date_deadline"], "2030-02-01 16:00:00")
        self.refresh_one(order, "unchanged", user=self.planner, **options)
        return row

    def test_confirmed_order(self):
        order = self.make_confirmed_order(self.bom)
        order.move_raw_ids.product_uom_qty = 7  # handwork stays
        row = self.assert_dates_only(order)
        self.assertEqual(order.date_start, self.start)
        self.assertEqual(order.date_finished, self.start + timedelta(hours=1))
        self.assertEqual(row["date_start"], "2030-01-15 09:00:00")
        self.assertEqual(row["date_finished"], "2030-01-15 10:00:00")

    def test_draft_keeps_handwork(self):
        order = self.make_order(self.bom)
        order.move_byproduct_ids.product_uom_qty = 5
        order.move_raw_ids.product_uom_qty = 7
        self.assert_dates_only(order)
        self.assertEqual(order.date_start, self.start)
        self.assertEqual(order.date_finished, self.start + timedelta(hours=1))

    def test_planned_order_is_not_rescheduled(self):
        order = self.make_confirmed_order(self.bom, plan=True)
        span = order.date_start, order.date_finished
        row = self.assert_dates_only(order)
        self.assertEqual((order.date_start, order.date_finished), span)
        self.assertEqual(row["date_start"], str(span[0]))
        self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(order.date_start, self.start, "asked for, and taken up here")

    def test_begun_order(self):
        order = self.make_confirmed_order(self.bom, plan=True)
        order.workorder_ids.button_start()
        span = order.date_start, order.date_finished
        self.assert_dates_only(order)
        self.assertEqual((order.date_start, order.date_finished), span)

    def test_order_without_bom(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.flour.id, "product_qty": 1, "date_start": self.now}
        )
        self.assertFalse(order.bom_id)
        self.assert_dates_only(order)
        self.assertFalse(order.refresh_baseline)

    def touch_bom(self):
        """Save the bill of materials as it is, on its form."""
        line = self.bom.bom_line_ids
        self.bom.bom_line_ids = [Command.update(line.id, {"product_qty": 2})]

    def test_mark_of_an_updated_bom_stays_until_lines_are_calculated(self):
        order = self.make_confirmed_order(self.bom)
        self.touch_bom()
        self.assertTrue(order.is_outdated_bom)
        self.assert_dates_only(order)
        self.assertTrue(order.is_outdated_bom)
        self.refresh_one(order)
        self.assertFalse(order.is_outdated_bom)
        self.touch_bom()
        self.refresh_one(order, "unchanged")
        self.assertFalse(order.is_outdated_bom)
