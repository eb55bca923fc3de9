"""Orders that are refreshed and compared with new ones."""

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


class OrderAsNewCase(RefreshCase):
    """Compares after each refresh: with the master data, and with an order that Odoo
    makes of them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()

    def orders(self, bom, qty=3, **values):
        """Return an order of each kind that can be refreshed."""
        return {
            "draft": self.make_order(bom, qty, **values),
            "confirmed": self.make_confirmed_order(bom, qty, **values),
            "planned": self.make_confirmed_order(bom, qty, plan=True, **values),
        }

    def check_as_new(self, order):
        """Refresh, compare with the master data and a new order, refresh again."""
        self.env.flush_all()
        self.env.invalidate_all()  # as a new request, lines in their order
        options = {"user": self.planner, "restore_reservation": True}
        row = self.refresh(order, **options)["orders"][0]
        self.assertIn(row["status"], ("refreshed", "unchanged"), row["message"])
        draft = order.state == "draft"
        # Odoo links the work orders of a draft when it is confirmed
        skip = ("work_order", "blocked_by") if draft else ()
        self.assertEqual(differences(wanted_lines(order), snapshot(order), skip), [])
        twin = self.make_order(
            order.bom_id,
            order.product_qty,
            product=order.product_id,
            uom=order.product_uom_id,
            never_product_template_attribute_value_ids=(
                order.never_product_template_attribute_value_ids.ids
            ),
        )
        if not draft:
            twin.action_confirm()
            self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
        twin.action_cancel()
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", **options)
        return row

    def check_each(self, changes, orders):
        """Make one change after the other and refresh all orders after each."""
        for number, change in enumerate(changes):
            change()
            for kind, order in orders.items():
                with self.subTest(change=number, kind=kind):
                    self.check_as_new(order)

    def names(self, order):
        return order.workorder_ids.sorted("sequence").mapped("name")
