from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import NOW
from .common_wizard import WizardCase


@tagged("post_install", "-at_install")
class TestWizardSeveral(WizardCase):
    """The dialog on several orders."""

    def test_several_orders_get_a_row_each(self):
        changed = self.make_changed_order()
        refused = self.make_order(self.bom, date_deadline=False)
        wizard = self.open_wizard(changed + refused).save()
        self.assertEqual(
            {row["id"]: row["status"] for row in wizard.order_rows["rows"]},
            {changed.id: "refreshed", refused.id: "refused"},
        )
        action = wizard.action_apply()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(wizard.state, "done")
        self.assertRecordValues(
            wizard.line_ids.sorted(lambda line: line.production_id.id),
            [
                {
                    "production_id": changed.id,
                    "status": "refreshed",
                    "date_finished": changed.date_finished,
                    "date_deadline": changed.date_deadline,
                    "is_late": False,
                },
                {
                    "production_id": refused.id,
                    "status": "refused",
                    "date_finished": refused.date_finished,
                    "date_deadline": False,
                    "is_late": False,
                },
            ],
        )
        row = wizard.line_ids.filtered(lambda line: line.production_id == changed)
        self.assertGreater(row.change_count, 0)
        self.assertIn("Components (changed: 1)", row.message)
        self.assertEqual(row.action_open_order()["res_id"], changed.id)
        self.assertEqual(self.leg_quantity(changed), 8)

    def test_rows_say_what_will_happen(self):
        changed = self.make_changed_order()
        late = self.make_order(self.bom, date_deadline=NOW)
        refused = self.make_order(self.bom, date_deadline=False)
        rows = self.open_wizard(changed + late + refused).order_rows
        self.assertEqual(
            [(total["status"], total["count"]) for total in rows["totals"]],
            [("refreshed", 2), ("refused", 1)],
        )
        first, second, third = rows["rows"]
        self.assertIn("Components (changed: 1)", first["what"])
        self.assertEqual(first["manual_count"], 1)
        self.assertEqual(first["quantity"], "2 Units")
        self.assertFalse(first["late_by"])
        self.assertTrue(second["late_by"])
        self.assertIn("no due date", third["what"])
        self.assertEqual(
            [total["text"] for total in rows["totals"]],
            ["Will change: 2", "Refused: 1"],
        )
        self.assertFalse(third["end"])

    def test_unticked_order_is_left_alone(self):
        first, second = self.make_changed_order(), self.make_changed_order()
        wizard = self.open_wizard(first + second).save()
        self.assertEqual(wizard.production_count, 2)
        wizard.left_out_ids = second.ids
        self.assertEqual(wizard.production_count, 1)
        self.assertEqual(
            {row["id"]: row.get("status") for row in wizard.order_rows["rows"]},
            {first.id: "refreshed", second.id: None},
        )
        wizard.action_apply()
        self.assertEqual(self.leg_quantity(first), 8)
        self.assertEqual(self.leg_quantity(second), 99)

    def test_all_unticked_refreshes_nothing(self):
        orders = self.make_changed_order() + self.make_changed_order()
        wizard = self.open_wizard(orders).save()
        wizard.left_out_ids = orders.ids
        self.assertEqual(len(wizard.order_rows["rows"]), 2)
        with self.assertRaisesRegex(UserError, "no manufacturing order"):
            wizard.action_apply()

    def test_opened_row_is_as_in_the_preview_of_all(self):
        """The second order gets the slot that the first one leaves."""
        first, second = (
            self.make_changed_order(product_qty=2, date_deadline=NOW.replace(day=20))
            for _number in range(2)
        )
        wizard = self.open_wizard(first + second)
        wizard.due_date = NOW.replace(day=21)
        rows = wizard.order_rows
        dialog = self.env["mrp.production.refresh"].with_user(self.planner)
        ends = []
        for row in rows["rows"]:
            found = dialog.get_order_preview(
                row["id"], (first + second).ids, rows["options"]
            )
            self.assertIn("99 Units", found["preview"])
            self.assertTrue(found["capacity"])
            ends += [op["after"]["end"] for op in found["timeline"]["operations"]]
        self.assertEqual(len(set(ends)), 2)

    def test_opened_row_is_for_those_who_may_see_the_order(self):
        order = self.make_changed_order()
        dialog = self.env["mrp.production.refresh"].with_user(self.make_outsider())
        with self.assertRaises(AccessError):
            dialog.get_order_preview(order.id, order.ids, {})

    def test_many_orders_open_without_a_preview(self):
        orders = self.make_order(self.bom)
        for _count in range(50):
            orders += orders[0].copy()
        preview = str(self.open_wizard(orders).preview)
        self.assertIn("51 orders are selected", " ".join(preview.split()))
