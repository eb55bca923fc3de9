from odoo.tests import Form

from .common import RefreshCase


class WizardCase(RefreshCase):
    """A planner, a bill of materials, and the dialog as the button opens it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.table, cls.leg, cls.top = cls.make_products("Table", "Leg", "Top")
        cls.workcenter = cls.make_workcenter("Bench")
        cls.bom = cls.make_bom(
            cls.table,
            [(cls.leg, 4), (cls.top, 1)],
            [{"name": "Assemble", "workcenter": cls.workcenter, "minutes": 60}],
        )

    def open_wizard(self, orders, user=None):
        """Return the dialog as the button opens it, as a form."""
        action = orders.with_user(user or self.planner).action_refresh()
        self.assertEqual(action["target"], "new")
        wizard = self.env[action["res_model"]].with_user(user or self.planner)
        return Form(wizard.with_context(**action["context"]))

    def make_changed_order(self, **values):
        """Return a draft order on which somebody changed the legs by hand."""
        order = self.make_order(self.bom, qty=2, **values)
        self.refresh(order)
        order.move_raw_ids.filtered(
            lambda move: move.product_id == self.leg
        ).product_uom_qty = 99
        return order

    def leg_quantity(self, order):
        return sum(
            order.move_raw_ids.filtered(
                lambda move: move.product_id == self.leg
            ).mapped("product_uom_qty")
        )
