"""Orders whose components come by transfers within the warehouse."""

from datetime import datetime

from .common import RefreshCase


class TransferCase(RefreshCase):
    """Warehouses that manufacture in 2 and 3 steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.houses = {steps: cls.make_warehouse(steps) for steps in (2, 3)}
        cls.bread, cls.seed, cls.salt = cls.make_products("Bread", "Seed", "Salt")
        cls.flour = cls.make_product("Flour", uom=cls.kg)
        cls.bom = cls.make_bom(
            cls.bread,
            [
                {"product": cls.flour, "qty": 500, "uom": cls.gram},
                {"product": cls.seed, "qty": 4},
            ],
        )
        cls.due = datetime(2030, 1, 16, 16, 0)

    def confirmed(self, steps, qty=2):
        house = self.houses[steps]
        for product in (self.flour, self.seed, self.salt):
            self.put_in_stock(product, 100, house.lot_stock_id)
        return self.make_confirmed_order(
            self.bom, qty, warehouse=house, date_deadline=self.due
        )

    def flow(self, order, product):
        """Return what goes to and comes from the components location, by state, in
        the product's unit.
        """
        location = order.location_src_id
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "=", order.production_group_id.id),
                ("product_id", "=", product.id),
                ("state", "!=", "cancel"),
                ("raw_material_production_id", "=", False),
            ]
        )
        into = moves.filtered(lambda m: m.location_dest_id == location)
        back = moves.filtered(lambda m: m.location_id == location)
        self.assertEqual(into | back, moves)
        return tuple(
            round(sum(m.product_qty for m in some), 3)
            for some in (
                into.filtered(lambda m: m.state == "done"),
                into.filtered(lambda m: m.state != "done"),
                back,
            )
        )

    def pick(self, order):
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def refresh_fully(self, order):
        self.refresh_one(order, restore_reservation=True)
        self.refresh_one(order, "unchanged", restore_reservation=True)
