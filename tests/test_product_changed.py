"""Products whose own settings changed since the order was confirmed."""

from datetime import datetime

from odoo.tests import tagged

from .common import RefreshCase
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestProductChanged(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.due = datetime(2030, 1, 16, 16, 0)
        cls.lamp, cls.wire, cls.plug = cls.make_products("Lamp", "Wire", "Plug")
        cls.bom = cls.make_bom(cls.lamp, [(cls.wire, 2), (cls.plug, 1)])
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def check_as_new(self, order, qty, steps=1, **values):
        """Refresh, compare with a new order, refresh again."""
        options = {"user": self.planner, "restore_reservation": True}
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.refresh(order, **options)["orders"][0]
        self.assertIn(row["status"], ("refreshed", "unchanged"))
        twin = self.make_confirmed_order(
            self.bom, qty, warehouse=self.houses[steps], **values
        )
        self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
        for one, other in zip(order.move_raw_ids, twin.move_raw_ids, strict=True):
            self.assertEqual(
                (one.state, one.quantity, len(one.move_line_ids)),
                (other.state, other.quantity, len(other.move_line_ids)),
                one.product_id.name,
            )
        twin.action_cancel()
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", **options)
        return row

    def test_component_that_is_not_tracked_any_more_is_available(self):
        for steps in (1, 2, 3):
            for changed in (False, True):
                with self.subTest(steps=steps, bom_changed=changed):
                    self.wire.is_storable = True
                    self.bom.bom_line_ids[1].product_qty = 1
                    order = self.make_confirmed_order(
                        self.bom, 4, warehouse=self.houses[steps]
                    )
                    self.wire.is_storable = False
                    if changed:
                        self.bom.bom_line_ids[1].product_qty = 3
                    self.check_as_new(order, 4, steps)

    def test_component_of_lots_now(self):
        order = self.make_confirmed_order(self.bom, 4)
        self.wire.tracking = "lot"
        self.check_as_new(order, 4)

    def test_finished_product_of_lots_now(self):
        order = self.make_confirmed_order(self.bom, 2, uom=self.dozen)
        self.lamp.tracking = "lot"
        self.check_as_new(order, 2, uom=self.dozen)

    def test_finished_product_of_serials_now(self):
        order = self.make_confirmed_order(self.bom, 3)
        self.lamp.tracking = "serial"
        self.check_as_new(order, 3)

    def test_a_preview_takes_nothing(self):
        order = self.make_confirmed_order(self.bom, 4)
        self.wire.is_storable = False
        order.preview_refresh()
        self.assertEqual(order.move_raw_ids.mapped("state"), ["confirmed"] * 2)
