"""Transfers of components that the warehouse people cancelled, changed or returned."""

from odoo.tests import tagged

from .common_transfers import TransferCase


@tagged("post_install", "-at_install")
class TestTransfersByHand(TransferCase):
    def setUp(self):
        super().setUp()
        self.line = self.bom.bom_line_ids[1]

    def check_flow(self, change, flow):
        """Change the transfers of an order that needs 8 seeds, refresh it and look at
        what comes and goes.
        """
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.line.write({"product_id": self.seed.id, "product_qty": 4})
                order = self.confirmed(steps)
                change(order)
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), flow)
                methods = order.move_raw_ids.mapped("procure_method")
                self.assertEqual(set(methods), {"make_to_order"})

    def pick_part(self, order, quantity, **context):
        """Pick a part of the seeds, and say what becomes of the rest."""
        picking = order.picking_ids
        picking.action_assign()
        self.seeds(order).quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, **context).button_validate()
        self.assertEqual(picking.state, "done")

    def seeds(self, order):
        return order.picking_ids.move_ids.filtered(
            lambda move: move.product_id == self.seed and move.state != "cancel"
        )

    def give_back(self, order, quantity, done=True):
        """Pick all, and return some of the seeds."""
        self.pick(order)
        picking = order.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == self.seed else 0
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        if done:
            back.action_assign()
            back.move_ids.picked = True
            back.button_validate()

    def test_cancelled_pick_comes_again(self):
        self.check_flow(lambda order: order.picking_ids.action_cancel(), (0, 8, 0))

    def test_pick_comes_again_for_another_quantity(self):
        def change(order):
            order.picking_ids.action_cancel()
            self.line.product_qty = 6

        self.check_flow(change, (0, 12, 0))

    def test_cancelled_pick_comes_again_for_less_by_odoos_button(self):
        """Odoo takes back what was never brought."""

        def change(order):
            order.picking_ids.action_cancel()
            self.change_quantity(order, 1)

        self.check_flow(change, (0, 4, 0))

    def test_cancelled_pick_comes_again_for_each_line_of_a_product(self):
        self.add_line(self.bom, self.seed, 2)
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                order.picking_ids.action_cancel()
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (0, 12, 0))
                self.pick(order)
                order.action_assign()
                self.assertEqual(set(order.move_raw_ids.mapped("state")), {"assigned"})

    def test_rest_that_nobody_wanted_to_pick_comes_again(self):
        def change(order):
            ids = order.picking_ids.ids
            self.pick_part(order, 5, picking_ids_not_to_backorder=ids)

        # 8 were asked of the pick that is done
        self.check_flow(change, (8, 3, 0))

    def test_rest_that_is_picked_later_is_not_picked_twice(self):
        self.check_flow(lambda order: self.pick_part(order, 5), (5, 3, 0))

    def test_what_was_returned_is_picked_again(self):
        self.check_flow(lambda order: self.give_back(order, 3), (8, 3, 3))
        self.check_flow(lambda order: self.give_back(order, 8), (8, 8, 8))

    def test_return_that_is_not_done_yet_is_needless(self):
        self.check_flow(lambda order: self.give_back(order, 3, False), (8, 0, 0))

    def test_pick_carries_the_need_whatever_somebody_wrote(self):
        for quantity in (5, 11):

            def change(order, quantity=quantity):
                self.seeds(order).product_uom_qty = quantity

            self.check_flow(change, (0, 8, 0))

    def test_what_lies_at_hand_already_is_not_picked(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                order.picking_ids.action_cancel()
                for move in order.move_raw_ids:
                    self.put_in_stock(
                        move.product_id, move.product_qty, move.location_id
                    )
                order.action_assign()
                self.assertEqual(order.reservation_state, "assigned")
                self.refresh_one(order, restore_reservation=True)  # its dates
                self.refresh_one(order, "unchanged", restore_reservation=True)
                self.assertEqual(self.flow(order, self.seed), (0, 0, 0))
                self.assertEqual(order.reservation_state, "assigned")

    def test_component_that_comes_back_uses_what_was_picked(self):
        def change(order):
            self.pick(order)
            self.line.product_id = self.salt
            self.refresh_fully(order)
            self.assertEqual(self.flow(order, self.seed), (8, 0, 8))
            self.line.product_id = self.seed

        self.check_flow(change, (8, 0, 0))


@tagged("post_install", "-at_install")
class TestMadeForTransfersByHand(TransferCase):
    """A component that is made to order, and the pick that brings it."""

    def setUp(self):
        super().setUp()
        self.planner = self.make_planner()
        self.malt = self.make_mto_product("Malt", bom={"lines": [(self.salt, 1)]})
        self.line = self.add_line(self.bom, self.malt, 5)

    def made(self, order):
        children = order.production_group_id.child_ids.production_ids
        return children.filtered(lambda child: child.state != "cancel").sorted("id")

    def make(self, child, quantity):
        """Make some of a child order, the rest is for later."""
        child.action_assign()
        child.qty_producing = quantity
        child._set_qty_producing()
        child.move_raw_ids.picked = True
        action = child.with_context(skip_consumption=True).button_mark_done()
        if isinstance(action, dict):
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            wizard.create({}).action_backorder()

    def check_made(self, order, quantity):
        """Refresh, find as much made as is needed, and bring it."""
        options = {"user": self.planner, "restore_reservation": True}
        self.env.flush_all()
        self.env.invalidate_all()
        row = self.refresh_one(order, **options)
        self.assertEqual(row["warnings"], [])
        self.refresh_one(order, "unchanged", **options)
        self.assertEqual(sum(self.made(order).mapped("product_qty")), quantity)
        for child in self.made(order).filtered(lambda child: child.state != "done"):
            self.make(child, child.product_qty)
        self.pick_all(order)
        order.action_assign()
        move = order.move_raw_ids.filtered(lambda m: m.product_id == self.malt)
        self.assertEqual((move.state, move.quantity), ("assigned", quantity))

    def pick_all(self, order):
        """Store what was made, and bring it to the components location."""
        stock = order.warehouse_id.lot_stock_id
        for operator in ("!=", "="):
            moves = self.env["stock.move"].search(
                [
                    ("product_id", "=", self.malt.id),
                    ("picking_id", "!=", False),
                    ("state", "not in", ("done", "cancel")),
                    ("warehouse_id", "in", (False, order.warehouse_id.id)),
                    ("location_id", operator, stock.id),
                ]
            )
            moves._action_assign()
            moves = moves.filtered("quantity")
            moves.picked = True
            moves._action_done()

    def test_cancelled_pick_comes_again_and_nothing_is_made_twice(self):
        for steps in (2, 3):
            for made in (0, 3, 10):
                for each in (5, 7):
                    with self.subTest(steps=steps, made=made, each=each):
                        self.line.product_qty = 5
                        order = self.confirmed(steps)
                        if made:
                            self.make(self.made(order), made)
                        order.picking_ids.filtered(
                            lambda p, to=order.location_src_id: p.location_dest_id == to
                        ).action_cancel()
                        self.line.product_qty = each
                        self.check_made(order, 2 * each)

    def test_what_was_returned_is_not_made_again(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.make(self.made(order), 10)
                self.pick_all(order)
                pick = (
                    self.env["stock.move"]
                    .search(
                        [
                            ("product_id", "=", self.malt.id),
                            ("location_dest_id", "=", order.location_src_id.id),
                            ("state", "=", "done"),
                        ]
                    )
                    .picking_id
                )
                wizard = self.env["stock.return.picking"].create(
                    {"picking_id": pick.id}
                )
                result = wizard.action_create_returns_all()
                back = self.env["stock.picking"].browse(result["res_id"])
                back.move_ids.picked = True
                back.button_validate()
                self.assertEqual(back.state, "done")
                self.check_made(order, 10)
