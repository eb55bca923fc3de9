"""Orders that a sales order made: their links survive, the delivery is still fed.

Needs `sale_mrp`.
"""

from odoo import Command
from odoo.tests import tagged

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestSale(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("sale_mrp")
        cls.planner = cls.make_planner()
        cls.seller = cls._make_user(
            "refresh_seller", "base.group_user,sales_team.group_sale_salesman", {}
        )
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.board, cls.screw, cls.paint = cls.make_products("Board", "Screw", "Paint")
        bench = cls.make_workcenter("Bench")
        cls.shelf = cls.make_mto_product(
            "Shelf",
            bom={
                "lines": [(cls.board, 3), (cls.screw, 8)],
                "operations": [{"name": "Screw", "workcenter": bench}],
            },
            list_price=90,
        )
        cls.bom = cls.shelf.bom_ids
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def sell(self, product, qty, steps=1, **values):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.houses[steps].id,
                "user_id": self.seller.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": qty})
                ],
                **values,
            }
        )
        sale.action_confirm()
        return sale

    def orders(self, sale):
        return sale.mrp_production_ids.filtered(lambda order: order.state != "cancel")

    def links(self, order):
        main = order.move_finished_ids.filtered(
            lambda move: move.product_id == order.product_id
        )
        return {
            "move": main,
            "dests": main.move_dest_ids,
            "sale line of move": main.sale_line_id,
            "sale line": order.sale_line_id,
            "origin": order.origin,
            "references": order.reference_ids,
            "group": order.production_group_id,
            "final": main.location_final_id,
            "partner": main.partner_id,
        }

    def change_bom(self):
        self.bom.bom_line_ids[0].product_qty += 1
        self.bom.operation_ids.time_cycle_manual += 15

    def check(self, order):
        self.assertEqual(differences(wanted_lines(order), snapshot(order)), [])
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", user=self.planner)

    def test_links_survive(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                sale = self.sell(self.shelf, 4, steps)
                order = self.orders(sale)
                before = self.links(order)
                self.assertTrue(before["references"].sale_ids)
                self.change_bom()
                self.refresh_one(order, user=self.planner)
                self.assertEqual(self.links(order), before)
                self.assertEqual(self.orders(sale), order)
                self.check(order)

    def test_new_lines_know_the_sale(self):
        sale = self.sell(self.shelf, 4)
        order = self.orders(sale)
        self.add_line(self.bom, self.paint, 1)
        self.refresh_one(order, user=self.planner)
        old, new = order.move_raw_ids[0], order.move_raw_ids[-1]
        self.assertEqual(new.product_id, self.paint)
        self.assertEqual(new.reference_ids, old.reference_ids)
        self.assertEqual(new.origin, old.origin)

    def test_sold_quantity_up_and_down(self):
        for steps in (1, 3):
            with self.subTest(steps=steps):
                sale = self.sell(self.shelf, 4, steps)
                for qty in (7, 2):
                    sale.order_line.product_uom_qty = qty
                    # Odoo adds an order for more, and leaves an activity for less
                    for order in self.orders(sale):
                        before = self.links(order)
                        self.change_bom()
                        self.refresh_one(order, user=self.planner)
                        after = self.links(order)
                        self.assertLessEqual(before.pop("move"), after.pop("move"))
                        self.assertEqual(after, before)
                        self.check(order)

    def test_quantity_of_the_order_follows_the_header(self):
        for qty in (6, 3):
            with self.subTest(qty=qty):
                sale = self.sell(self.shelf, 4)
                order = self.orders(sale)
                before = self.links(order)
                order.product_qty = qty
                self.refresh_one(order, user=self.planner)
                self.assertEqual(self.links(order), before)
                self.assertEqual(before["move"].product_uom_qty, qty)
                self.assertEqual(sale.picking_ids.move_ids.product_uom_qty, 4)
                # the one who waits for more than is made is told
                self.assertEqual(bool(sale.picking_ids.activity_ids), qty == 3)
                self.check(order)

    def produce(self, order, house):
        for picking in order.picking_ids.filtered(lambda p: p.state != "done"):
            if picking.picking_type_id == house.pbm_type_id:
                picking.action_assign()
                picking.move_ids.picked = True
                picking.button_validate()
        order.action_assign()
        order.qty_producing = order.product_qty
        order._set_qty_producing()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")

    def test_delivery_is_fed(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                house = self.houses[steps]
                for product in (self.board, self.screw):
                    self.put_in_stock(product, 100, house.lot_stock_id)
                sale = self.sell(self.shelf, 4, steps)
                order = self.orders(sale)
                self.change_bom()
                self.refresh_one(order, user=self.planner, restore_reservation=True)
                self.produce(order, house)
                store = self.env["stock.picking"].search(
                    [
                        ("picking_type_id", "=", house.sam_type_id.id),
                        ("state", "not in", ("done", "cancel")),
                    ]
                )
                for picking in store:
                    picking.action_assign()
                    picking.move_ids.picked = True
                    picking.button_validate()
                delivery = sale.picking_ids.filtered(
                    lambda p: p.picking_type_code == "outgoing"
                )
                self.assertEqual(delivery.move_ids.quantity, 4)
                self.assertEqual(delivery.state, "assigned")
                delivery.move_ids.picked = True
                delivery.button_validate()
                self.assertEqual(sale.order_line.qty_delivered, 4)

    def test_kit_with_a_made_component(self):
        wall = self.make_product("Wall of shelves")
        kit = self.make_kit(wall, [(self.shelf, 2), (self.paint, 1)])
        sale = self.sell(wall, 3)
        order = self.orders(sale)
        self.assertEqual(order.product_qty, 6)
        before = self.links(order)
        # the kit was sold as it was: the order for its shelves stays as asked for
        kit.bom_line_ids[0].product_qty = 5
        self.change_bom()
        self.refresh_one(order, user=self.planner)
        self.assertEqual(self.links(order), before)
        self.assertEqual(order.product_qty, 6)
        self.check(order)

    def test_two_sales_do_not_mix(self):
        sales = [self.sell(self.shelf, qty) for qty in (2, 3)]
        orders = self.env["mrp.production"].union(*map(self.orders, sales))
        self.assertEqual(len(orders), 2)
        before = [self.links(order) for order in orders]
        self.change_bom()
        self.refresh(orders, user=self.planner)
        self.assertEqual([self.links(order) for order in orders], before)

    def test_child_order_of_a_sold_product(self):
        side = self.make_mto_product("Side", bom={"lines": [(self.board, 1)]})
        self.bom.bom_line_ids[0].product_id = side
        sale = self.sell(self.shelf, 4)
        order = self.orders(sale)
        child = order._get_children()
        self.assertEqual(child.product_qty, 12)
        self.bom.bom_line_ids[0].product_qty = 2
        self.refresh_one(order, user=self.planner)
        self.assertEqual(child.product_qty, 8)
        self.bom.bom_line_ids[0].product_qty = 4
        self.refresh_one(order, user=self.planner)
        made = sum(order._get_children().mapped("product_qty"))
        self.assertEqual(made, 16)
        self.check(order)
        # Odoo adds a second move for more of the finished product; a new order has one
        for child in order._get_children():
            self.refresh(child, user=self.planner)
            self.check(child)
        self.assertEqual(self.orders(sale), order)

    def check_shared(self, change):
        """Change one of two sold orders that share a child order, and refresh it."""
        side = self.make_mto_product("Side", bom={"lines": [(self.board, 1)]})
        self.bom.bom_line_ids[0].product_id = side
        case = self.make_mto_product("Case", bom={"lines": [(side, 2)]})
        for steps in (1, 2, 3):
            for number in (0, 1):
                values = {"steps": steps, "order": number}
                with self.subTest(**values), self.env.cr.savepoint() as savepoint:
                    line = Command.create({"product_id": case.id, "product_uom_qty": 5})
                    sale = self.sell(
                        self.shelf,
                        4,
                        steps,
                        order_line=[
                            Command.create(
                                {"product_id": self.shelf.id, "product_uom_qty": 4}
                            ),
                            line,
                        ],
                    )
                    orders = self.orders(sale).filtered(
                        lambda order: order.product_id in self.shelf | case
                    )
                    self.assertEqual(len(orders), 2)
                    order = orders.sorted("id")[number]
                    change(
                        order,
                        order.move_raw_ids.filtered(lambda m: m.product_id == side),
                    )
                    self.refresh_one(order, user=self.planner)
                    made = self.env["mrp.production"].search(
                        [("product_id", "=", side.id), ("state", "!=", "cancel")]
                    )
                    lines = orders.move_raw_ids.filtered(lambda m: m.product_id == side)
                    self.assertEqual(
                        sum(made.mapped("product_qty")),
                        sum(lines.mapped("product_qty")),
                    )
                    self.refresh_one(order, "unchanged", user=self.planner)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_shared_child_order_when_a_button_made_one_smaller(self):
        self.check_shared(lambda order, line: self.change_quantity(order, 1))

    def test_shared_child_order_when_somebody_raised_a_line(self):
        def change(_order, line):
            line.product_uom_qty += 5

        self.check_shared(change)
