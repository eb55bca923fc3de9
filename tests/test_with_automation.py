"""Automation rules that refresh. Needs `base_automation`."""

from pathlib import Path

from odoo import Command
from odoo.tests import Form, tagged

from .common import RefreshCase

README = Path(__file__).resolve().parent.parent / "README.md"


def read_example():
    """Return the code that the README gives for a rule on bills of materials."""
    _before, after = README.read_text().split("An automation rule on", 1)
    return after.split("```python\n", 1)[1].split("```", 1)[0]


@tagged("post_install", "-at_install")
class TestAutomation(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("base_automation")
        cls.table, cls.board, cls.leg = cls.make_products("Table", "Board", "Leg")
        cls.bom = cls.make_bom(cls.table, [(cls.board, 1)])
        cls.orders = cls.make_order(cls.bom) | cls.make_confirmed_order(cls.bom)
        cls.done = cls.make_order(cls.bom)
        cls.done.action_cancel()

    def make_rule(self, model, code=None, child=None, **values):
        rule = self.env["base.automation"].create(
            {
                "name": "Refresh",
                "model_id": self.env["ir.model"]._get_id(model),
                **values,
            }
        )
        action = {
            "name": "Refresh",
            "model_id": rule.model_id.id,
            "base_automation_id": rule.id,
            "usage": "base_automation",
            "state": "multi" if child else "code",
            "code": code,
        }
        action = self.env["ir.actions.server"].create(action)
        if child:
            action.child_ids = [Command.set(child.copy().ids)]
        return rule

    def trigger_fields(self, model, *names):
        fields = [self.env["ir.model.fields"]._get(model, name).id for name in names]
        return [Command.set(fields)]

    def test_changed_bom_refreshes_its_open_orders(self):
        self.make_rule(
            "mrp.bom",
            read_example(),
            trigger="on_write",
            trigger_field_ids=self.trigger_fields(
                "mrp.bom", "bom_line_ids", "operation_ids", "product_qty"
            ),
        )
        with Form(self.bom) as form, form.bom_line_ids.new() as line:
            line.product_id = self.leg
            line.product_qty = 4
        for order in self.orders:
            self.assertEqual(order.move_raw_ids.product_id, self.board | self.leg)
        self.assertNotIn(self.leg, self.done.move_raw_ids.product_id)

    def test_server_action_is_one_of_the_actions_of_a_rule(self):
        self.make_rule(
            "mrp.production",
            child=self.env.ref("mrp_production_refresh.ir_actions_server_refresh"),
            trigger="on_write",
            trigger_field_ids=self.trigger_fields("mrp.production", "priority"),
        )
        self.add_line(self.bom, self.leg, 4)
        self.orders[0].priority = "1"
        self.assertEqual(self.orders[0].move_raw_ids.product_id, self.board | self.leg)
        self.assertEqual(self.orders[1].move_raw_ids.product_id, self.board)
