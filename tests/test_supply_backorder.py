"""What supplies the rest of an order that was made in part before it was supplied."""

from odoo.tests import tagged

from .common import RefreshCase
from .common_parts import PartsMixin


@tagged("post_install", "-at_install")
class TestSupplyBackorder(PartsMixin, RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stool, cls.wood, cls.screw = cls.make_products("Stool", "Wood", "Screw")
        cls.seat = cls.make_mto_product("Seat", bom={"lines": [(cls.screw, 2)]})
        cls.bom = cls.make_bom(cls.stool, [(cls.wood, 2), (cls.seat, 2)])
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def get_carried(self, order, product):
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "=", order.production_group_id.id),
                ("product_id", "=", product.id),
                ("location_dest_id", "=", order.location_src_id.id),
                ("picking_id", "!=", False),
                ("state", "!=", "cancel"),
            ]
        )
        return sum(moves.mapped("product_qty"))

    def get_made(self, order):
        children = order.production_group_id.child_ids.production_ids
        return sum(
            child.product_uom_qty for child in children if child.state != "cancel"
        )

    def test_component_that_goes_leaves_what_the_done_part_took(self):
        """It was taken before it came: what is still to come was taken already."""
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.bom.bom_line_ids.unlink()
                self.add_line(self.bom, self.wood, 2)
                self.add_line(self.bom, self.seat, 2)
                order = self.make_confirmed_order(
                    self.bom, 7, warehouse=self.houses[steps]
                )
                rest = self.produce(order, 6)
                self.bom.bom_line_ids[1].unlink()
                self.refresh_one(rest)
                self.assertFalse(rest.move_raw_ids.product_id & self.seat)
                self.assertEqual(self.get_made(rest), 12)
                if steps > 1:
                    self.assertEqual(self.get_carried(rest, self.seat), 12)
                    self.assertEqual(self.get_carried(rest, self.wood), 14)
                self.refresh_one(rest, "unchanged")
