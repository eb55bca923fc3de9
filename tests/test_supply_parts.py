"""What supplies orders that were split or merged after they were confirmed."""

from itertools import product as pairs
from random import Random

from odoo.tests import tagged

from .common import RefreshCase
from .common_parts import PartsMixin

NO_COMPONENTS = {"calculate_lines": False, "calculate_components": False}


@tagged("post_install", "-at_install")
class TestSupplyParts(PartsMixin, RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stool, cls.wood, cls.screw = cls.make_products("Stool", "Wood", "Screw")
        cls.seat = cls.make_mto_product("Seat", bom={"lines": [(cls.screw, 2)]})
        cls.bom = cls.make_bom(cls.stool, [(cls.wood, 2), (cls.seat, 2)])
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def start_again(self):
        """Have nothing made or brought from the part of the test before."""
        still_open = [("state", "not in", ("done", "cancel"))]
        self.env["mrp.production"].search(still_open).action_cancel()
        self.env["stock.move"].search(still_open)._action_cancel()
        self.bom.bom_line_ids.product_qty = 2

    def get_carried(self, product):
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", product.id),
                ("state", "!=", "cancel"),
                ("picking_id", "!=", False),
            ]
        )
        return sum(moves.mapped("product_qty"))

    def get_made(self):
        orders = self.env["mrp.production"].search(
            [("product_id", "=", self.seat.id), ("state", "!=", "cancel")]
        )
        return sum(orders.mapped("product_uom_qty"))

    def check(self, orders, steps):
        """Everything is brought and made that is needed, and nothing twice."""
        alive = orders.filtered(lambda order: order.state != "cancel")
        self.assertEqual(self.get_made(), self.get_need(alive, self.seat))
        for product in (self.wood, self.seat):
            need = self.get_need(alive, product)
            if steps > 1:
                self.assertEqual(self.get_carried(product), need)

    def refresh_all(self, orders):
        """Refresh orders in one call, twice: then nothing is left to do."""
        rows = self.refresh(orders)["orders"]
        self.assertFalse({row["status"] for row in rows} & {"failed", "refused"}, rows)
        again = self.refresh(orders)["orders"]
        self.assertEqual({row["status"] for row in again}, {"unchanged"})

    def test_parts_in_one_call_get_nothing_twice(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.start_again()
                order = self.make_confirmed_order(
                    self.bom, 6, warehouse=self.houses[steps]
                )
                parts = self.split(order, 1, 2, 3)
                for qty in (5, 1, 3):
                    self.bom.bom_line_ids.product_qty = qty
                    self.refresh_all(parts)
                    self.check(parts, steps)

    def test_part_of_which_others_were_merged(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.start_again()
                order = self.make_confirmed_order(
                    self.bom, 6, warehouse=self.houses[steps]
                )
                parts = self.split(order, 1, 2, 3)
                orders = parts[2] | self.merge(parts[:2])
                self.assertEqual(len(orders.production_group_id), 1)
                for qty in (3, 1):
                    self.bom.bom_line_ids.product_qty = qty
                    for order in orders:
                        self.refresh_one(order)
                    self.check(orders, steps)

    def test_bill_of_materials_changed_before_orders_were_merged(self):
        for steps, qty in pairs((1, 2, 3), (5, 1)):
            with self.subTest(steps=steps, qty=qty):
                self.start_again()
                orders = self.env["mrp.production"]
                for quantity in (2, 3):
                    orders |= self.make_confirmed_order(
                        self.bom, quantity, warehouse=self.houses[steps]
                    )
                self.bom.bom_line_ids.product_qty = qty
                merged = self.merge(orders)
                self.refresh_one(merged, **NO_COMPONENTS)
                self.refresh_all(merged)
                self.check(merged, steps)
                child = merged._get_children()[:1]
                child.product_qty += 3
                self.refresh_one(merged, "unchanged")

    def test_order_that_lost_its_group(self):
        """As merging leaves other parts where this add-on is not installed."""
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.start_again()
                order = self.make_confirmed_order(
                    self.bom, 4, warehouse=self.houses[steps]
                )
                parts = self.split(order, 1, 3)
                parts[1].production_group_id = False
                self.bom.bom_line_ids.product_qty = 3
                self.assertEqual(
                    parts[1].preview_refresh()["orders"][0]["status"], "refreshed"
                )
                self.refresh_one(parts[0])
                self.refresh_one(parts[1])
                self.check(parts, steps)
                self.assertEqual(len(parts.production_group_id), 1)
                self.assertTrue(parts[1].production_group_id)
                parts[0].production_group_id = False
                self.bom.bom_line_ids.product_qty = 1
                self.refresh_all(parts)
                self.check(parts, steps)

    def test_part_that_needs_none_any_more_refreshed_first(self):
        """Refreshing the second cancels what was made for both."""
        parts = self.split(self.make_confirmed_order(self.bom, 4), 1, 3)
        for qty, made in ((0, 0), (3, 12)):
            self.bom.bom_line_ids.product_qty = qty
            for part in parts:
                self.refresh_one(part)
            lines = parts.move_raw_ids.filtered(lambda m: m.product_id == self.seat)
            self.assertEqual(lines.mapped("procure_method"), ["make_to_order"] * 2)
            self.assertEqual(self.get_made(), made)

    def test_split_merged_and_changed_at_random(self):
        for seed in range(6):
            with self.subTest(seed=seed):
                self.start_again()
                random = Random(seed)
                steps = random.choice((1, 2, 3))
                orders = self.make_confirmed_order(
                    self.bom, random.randint(2, 9), warehouse=self.houses[steps]
                )
                for _turn in range(5):
                    orders = self.play(random, orders)
                    self.check(orders, steps)

    def play(self, random, orders):
        alive = orders.filtered(lambda order: order.state != "cancel")
        big = alive.filtered(lambda order: order.product_qty > 1)
        if random.random() < 0.5 and big:
            order = random.choice(big)
            part = random.randint(1, int(order.product_qty) - 1)
            alive |= self.split(order, part, order.product_qty - part)
        elif len(alive) > 1:
            some = alive.browse(random.sample(alive.ids, 2))
            alive = (alive - some) | self.merge(some)
        for line in self.bom.bom_line_ids:
            line.product_qty = random.randint(1, 6)
        if random.random() < 0.5:
            self.refresh_all(alive)
        else:
            for order in random.sample(list(alive), len(alive)):
                row = self.refresh(order)["orders"][0]
                self.assertIn(row["status"], ("refreshed", "unchanged"), row["message"])
        return alive
