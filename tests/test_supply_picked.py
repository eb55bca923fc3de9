"""Picks that a worker has begun but not validated, and components scrapped after their
pick."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_transfers import TransferCase


@tagged("post_install", "-at_install")
class TestPicked(TransferCase):
    def begin_pick(self, order, quantity):
        move = order.picking_ids.move_ids.filtered(
            lambda m: (
                m.product_id == self.seed
                and m.location_dest_id == order.location_src_id
            )
        )
        move.write({"quantity": quantity, "picked": True})
        return move

    def test_demand_follows_and_what_was_picked_stays(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            for each in (1, 3, 6):
                with self.subTest(steps=steps, each=each):
                    line.product_qty = 4
                    order = self.confirmed(steps)
                    move = self.begin_pick(order, 5)
                    line.product_qty = each
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.seed), (0, each * 2, 0))
                    self.assertEqual((move.quantity, move.picked), (5, True))

    def test_who_picked_too_much_is_told(self):
        for steps in (2, 3):
            for each, told in ((3, False), (2, True), (0, True)):
                with self.subTest(steps=steps, each=each):
                    line = self.bom.bom_line_ids[1]
                    line.product_qty = 4
                    order = self.confirmed(steps)
                    move = self.begin_pick(order, 5)
                    if each:
                        line.product_qty = each
                    else:
                        line.unlink()
                    self.refresh_fully(order)
                    self.assertEqual((move.quantity, move.picked), (5, True))
                    self.assertEqual(move.product_uom_qty, each * 2)
                    activity = move.picking_id.activity_ids
                    self.assertEqual(len(activity), int(told))
                    if told:
                        self.assertIn(order.name, activity.note)
                        self.assertIn(move.picking_id.name, activity.note)
            self.bom.bom_line_ids = [
                Command.create({"product_id": self.seed.id, "product_qty": 4})
            ]

    def test_replacement_of_scrap_is_no_surplus(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            for replenish, each, coming, back in (
                (True, 4.5, 3, 0),
                (True, 3, 0, 0),
                (True, 2, 0, 2),
                (False, 4.5, 1, 0),
                (False, 3, 0, 0),
                (False, 2, 0, 2),
            ):
                with self.subTest(steps=steps, replenish=replenish, each=each):
                    line.product_qty = 4
                    order = self.confirmed(steps)
                    self.pick(order)
                    self.env["stock.scrap"].create(
                        {
                            "product_id": self.seed.id,
                            "scrap_qty": 2,
                            "production_id": order.id,
                            "location_id": order.location_src_id.id,
                            "should_replenish": replenish,
                        }
                    ).action_validate()
                    self.assertEqual(
                        self.flow(order, self.seed), (8, 2 if replenish else 0, 0)
                    )
                    line.product_qty = each
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.seed), (8, coming, back))
