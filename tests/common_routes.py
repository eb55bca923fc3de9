"""Orders whose component is made to order or comes from stock, as routes say."""

from odoo import Command

from .common import RefreshCase
from .snapshot import differences, orphans, snapshot


class SupplyRoutesCase(RefreshCase):
    """A component with a bill of materials, in warehouses of 1, 2 and 3 steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.stool, cls.wood, cls.screw = cls.make_products("Stool", "Wood", "Screw")
        cls.seat = cls.make_mto_product("Seat", bom={"lines": [(cls.screw, 2)]})
        cls.bom = cls.make_bom(cls.stool, [(cls.wood, 2), (cls.seat, 1)])
        cls.line = cls.bom.bom_line_ids[1]
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def set_routes(self, to_order):
        routes = self.manufacture_route
        if to_order:
            routes |= self.mto_route
        self.seat.route_ids = [Command.set(routes.ids)]

    def confirmed(self, steps, to_order, **values):
        self.set_routes(to_order)
        order = self.make_confirmed_order(
            self.bom, 4, warehouse=self.houses[steps], **values
        )
        self.set_routes(not to_order)
        return order

    def check_as_new(self, order, steps):
        """Refresh, compare with a new order, refresh again."""
        self.env.flush_all()
        self.env.invalidate_all()
        options = {"user": self.planner, "restore_reservation": True}
        preview = order.with_user(self.planner).preview_refresh(
            restore_reservation=True
        )
        row = self.refresh_one(order, **options)
        self.assertEqual(preview["orders"][0]["changes"], row["changes"])
        self.env.invalidate_all()
        twin = self.make_confirmed_order(self.bom, 4, warehouse=self.houses[steps])
        self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
        self.assertEqual(
            twin.move_raw_ids.mapped("state"), order.move_raw_ids.mapped("state")
        )
        twin.action_cancel()
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", **options)
        return row

    def children(self, order):
        return order._get_children().filtered(lambda child: child.state != "cancel")
