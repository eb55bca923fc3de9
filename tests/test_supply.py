"""What supplies the components of a confirmed order follows their change."""

from datetime import timedelta

from odoo.tests import tagged

from .common_transfers import TransferCase


@tagged("post_install", "-at_install")
class TestTransfers(TransferCase):
    def test_open_pick_follows_up_and_down(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            with self.subTest(steps=steps):
                line.product_qty = 4
                order = self.confirmed(steps)
                self.assertEqual(self.flow(order, self.seed), (0, 8, 0))
                for qty in (7, 2, 5):
                    line.product_qty = qty
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.seed), (0, 2 * qty, 0))
                    self.assertEqual(len(order.picking_ids), 1)

    def test_units_of_line_and_product_may_differ(self):
        line = self.bom.bom_line_ids[0]
        for steps in (2, 3):
            with self.subTest(steps=steps):
                line.write({"product_qty": 500, "product_uom_id": self.gram.id})
                order = self.confirmed(steps)
                self.assertEqual(self.flow(order, self.flour), (0, 1, 0))
                for qty, uom in (
                    (750, self.gram),
                    (2, self.kg),
                    (1, self.kg),
                    (400, self.gram),
                ):
                    line.write({"product_qty": qty, "product_uom_id": uom.id})
                    self.refresh_fully(order)
                    need = 2 * uom._compute_quantity(qty, self.kg, round=False)
                    self.assertEqual(self.flow(order, self.flour), (0, need, 0))

    def test_dozens_and_units_up_and_down(self):
        egg = self.make_product("Egg", uom=self.dozen)
        of_egg = self.add_line(self.bom, egg, 6, uom=self.unit)
        for steps in (2, 3):
            self.put_in_stock(egg, 100, self.houses[steps].lot_stock_id)
            for line in (self.bom.bom_line_ids[1], of_egg):
                product = line.product_id
                line.write({"product_qty": 6, "product_uom_id": self.unit.id})
                order = self.confirmed(steps)
                for picked in (False, True):
                    with self.subTest(steps=steps, of=product.name, picked=picked):
                        self.follow_dozens(order, line, picked)

    def follow_dozens(self, order, line, picked):
        """Change the unit of a line, up and down, before or after it was picked."""
        done = self.need(line) if picked else 0
        if picked:
            self.pick(order)
        unit, dozen = self.unit, self.dozen
        for qty, uom in ((2, dozen), (30, unit), (1, dozen), (6, unit)):
            line.write({"product_qty": qty, "product_uom_id": uom.id})
            self.refresh_fully(order)
            rest = self.need(line) - done
            self.assertEqual(
                self.flow(order, line.product_id), (done, max(rest, 0), max(-rest, 0))
            )

    def test_open_pick_counts_in_the_products_unit_what_its_own_cannot_say(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            for qty in (7, 31):
                line.write({"product_qty": 2, "product_uom_id": self.dozen.id})
                order = self.confirmed(steps)
                pick = self.pick_of(order, self.seed)
                pick.picking_id.action_assign()
                line.write({"product_qty": qty, "product_uom_id": self.unit.id})
                with self.subTest(steps=steps, qty=qty):
                    self.refresh_fully(order)
                    self.assertEqual(self.pick_of(order, self.seed), pick)
                    self.assertEqual(
                        (pick.product_uom_qty, pick.product_uom, pick.quantity),
                        (2 * qty, self.unit, 2 * qty),
                    )
                    of_line = order.move_raw_ids & pick.move_dest_ids
                    self.assertEqual(of_line.packaging_uom_id, self.unit)

    def pick_of(self, order, product):
        moves = order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        return moves.filtered(lambda move: move.product_id == product)

    def test_line_removed_by_hand_comes_back_to_its_pick(self):
        for steps in (2, 3):
            for picked, flow in ((False, (0, 8, 0)), (True, (8, 0, 0))):
                with self.subTest(steps=steps, picked=picked):
                    order = self.confirmed(steps)
                    if picked:
                        self.pick(order)
                    line = order.move_raw_ids.filtered(
                        lambda move: move.product_id == self.seed
                    )
                    line.with_context(skip_mo_check=True)._action_cancel()
                    line.unlink()
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.seed), flow)
                    if not picked:
                        self.pick(order)
                    order.action_assign()
                    self.assertEqual(
                        order.move_raw_ids.mapped("state"), ["assigned"] * 2
                    )

    def test_line_of_nothing_waits_as_a_new_one(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            with self.subTest(steps=steps):
                line.product_qty = 4
                order = self.confirmed(steps)
                line.product_qty = 0
                self.refresh_fully(order)
                states = [
                    {move.product_id: move.state for move in other.move_raw_ids}
                    for other in (order, self.confirmed(steps))
                ]
                self.assertEqual(states[0], states[1])

    def need(self, line):
        """Return what an order of two needs for a line, in the product's unit."""
        product = line.product_id
        return line.product_uom_id._compute_quantity(
            2 * line.product_qty, product.uom_id, round=False
        )

    def test_cancelled_pick_leaves_its_line_alone(self):
        line = self.bom.bom_line_ids[1]
        for steps, house in self.houses.items():
            house.route_ids.rule_ids.propagate_cancel = True
            with self.subTest(steps=steps):
                line.product_qty = 4
                order = self.confirmed(steps)
                move = order.move_raw_ids[1]
                self.assertTrue(move.move_orig_ids.propagate_cancel)
                for each in (0, 4):
                    line.product_qty = each
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.seed), (0, 2 * each, 0))
                    self.assertNotEqual(move.state, "cancel")

    def test_removed_and_added_components(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                line = self.bom.bom_line_ids[1]
                line.product_id = self.salt
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (0, 0, 0))
                self.assertEqual(self.flow(order, self.salt), (0, 8, 0))
                line.product_id = self.seed
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.salt), (0, 0, 0))
                self.assertEqual(self.flow(order, self.seed), (0, 8, 0))

    def test_goods_of_removed_component_go_back_after_the_pick(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.pick(order)
                line = self.bom.bom_line_ids[1]
                line.product_id = self.salt
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (8, 0, 8))
                self.assertEqual(self.flow(order, self.salt), (0, 8, 0))
                back = self.env["stock.move"].search(
                    [
                        ("product_id", "=", self.seed.id),
                        ("location_id", "=", order.location_src_id.id),
                        ("production_group_id", "=", order.production_group_id.id),
                    ]
                )
                self.assertEqual(back.location_dest_id, self.houses[steps].lot_stock_id)
                self.assertTrue(back.picking_id)
                self.assertIn(back.picking_id, order.picking_ids)
                line.product_id = self.seed

    def test_picked_component_that_becomes_a_kit_gets_an_activity(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.pick(order)
                picking = order.picking_ids
                kit = self.make_kit(self.seed, [(self.salt, 2)])
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (8, 0, 0))
                self.assertEqual(self.flow(order, self.salt), (0, 16, 0))
                self.assertIn(order.name, picking.activity_ids.note)
                kit.active = False
                self.bom.bom_line_ids.invalidate_recordset()

    def test_less_after_the_pick_goes_back_and_more_is_picked_once(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                line = self.bom.bom_line_ids[1]
                line.product_qty = 4
                order = self.confirmed(steps)
                self.pick(order)
                line.product_qty = 3
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (8, 0, 2))
                line.product_qty = 6
                self.refresh_fully(order)
                into, coming, back = self.flow(order, self.seed)
                self.assertEqual(into + coming - back, 12)

    def test_less_by_odoos_button_after_the_pick_goes_back(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.pick(order)
                self.change_quantity(order, 1)
                self.assertEqual(self.flow(order, self.seed), (8, 0, 0))
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (8, 0, 4))

    def test_less_by_odoos_button_in_a_unit_that_the_pick_has_no_more(self):
        """Odoo takes back what is still to be picked."""
        seeds = self.bom.bom_line_ids[1]
        seeds.write({"product_qty": 1, "product_uom_id": self.dozen.id})
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps, qty=4)
                order.product_qty = 9
                self.refresh_fully(order)
                self.change_quantity(order, 2)
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (0, 24, 0))
                self.assertEqual(self.flow(order, self.flour), (0, 1, 0))
                group = order.production_group_id
                back = self.env["stock.move"].search(
                    [
                        ("production_group_id", "=", group.id),
                        ("raw_material_production_id", "=", False),
                        ("location_id", "=", order.location_src_id.id),
                        ("state", "!=", "cancel"),
                    ]
                )
                self.assertFalse(back)

    def test_same_product_on_two_lines(self):
        self.add_line(self.bom, self.seed, 3)
        for steps in (2, 3):
            with self.subTest(steps=steps):
                first, second = self.bom.bom_line_ids.filtered(
                    lambda line: line.product_id == self.seed
                )
                first.product_qty, second.product_qty = 4, 3
                order = self.confirmed(steps)
                self.assertEqual(self.flow(order, self.seed), (0, 14, 0))
                first.product_qty, second.product_qty = 1, 5
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.seed), (0, 12, 0))

    def test_header_quantity(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                order.product_qty = 5
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.flour), (0, 2.5, 0))
                self.assertEqual(self.flow(order, self.seed), (0, 20, 0))
                order.product_qty = 1
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, self.flour), (0, 0.5, 0))
                self.assertEqual(self.flow(order, self.seed), (0, 4, 0))
                self.assertEqual(order.move_finished_ids.product_uom_qty, 1)

    def test_pick_comes_when_its_components_are_needed(self):
        line = self.bom.bom_line_ids[1]
        for steps in (2, 3):
            order = self.confirmed(steps)
            pick = self.pick_of(order, self.seed) | self.pick_of(order, self.flour)
            for days, each in ((20, 4), (12, 4), (16, 5), (9, 2)):
                with self.subTest(steps=steps, days=days):
                    line.product_qty = each
                    due = self.now + timedelta(days=days)
                    self.refresh_one(order, due_date=due)
                    self.refresh_one(order, "unchanged", due_date=due)
                    twin = self.make_confirmed_order(
                        self.bom,
                        2,
                        warehouse=self.houses[steps],
                        date_start=order.date_start,
                        date_deadline=due,
                    )
                    for name in ("scheduled_date", "date_deadline"):
                        self.assertEqual(
                            pick.picking_id[name], twin.picking_ids[name], name
                        )
                    self.assertEqual(set(pick.mapped("date")), {order.date_start})
            line.product_qty = 4

    def test_date_that_the_warehouse_gave_a_pick_stays_with_that_of_the_order(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.refresh_fully(order)
                earlier = self.now + timedelta(hours=3)
                order.picking_ids.scheduled_date = earlier
                self.bom.bom_line_ids[1].product_qty += 1
                self.refresh_fully(order)
                self.assertEqual(order.picking_ids.scheduled_date, earlier)
                self.refresh_one(order, due_date=self.now + timedelta(days=20))
                self.assertEqual(order.picking_ids.scheduled_date, order.date_start)

    def test_pick_of_an_order_that_odoo_planned_comes_in_time(self):
        self.add_operation(self.bom, "Bake", self.make_workcenter())
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                self.make_confirmed_order(self.bom, 5, plan=True)
                order.button_plan()
                self.assertNotEqual(order.picking_ids.scheduled_date, order.date_start)
                self.refresh_fully(order)
                self.assertEqual(order.picking_ids.scheduled_date, order.date_start)

    def test_pick_that_refresh_planned_comes_in_time(self):
        self.env.company.refresh_update_bom = True
        self.add_operation(self.bom, "Bake", self.make_workcenter())
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps)
                order.button_plan()
                self.assertEqual(order.picking_ids.scheduled_date, order.date_start)
                order.date_deadline += timedelta(days=3)
                order._plan_workorders(replan=True)
                self.assertEqual(order.picking_ids.scheduled_date, order.date_start)

    def test_pick_for_two_lines_is_due_for_the_first(self):
        center = self.make_workcenter()
        for name in ("Mix", "Bake"):
            self.add_operation(self.bom, name, center)
        self.bom.bom_line_ids[1].operation_id = self.bom.operation_ids[0]
        self.add_line(self.bom, self.seed, 2, operation="Bake")
        for steps in (2, 3):
            order = self.confirmed(steps)
            for days in (10, -5):
                with self.subTest(steps=steps, days=days):
                    order.date_deadline += timedelta(days=days)
                    self.refresh_fully(order)
                    lines = order.move_raw_ids.filtered(
                        lambda move: move.product_id == self.seed
                    )
                    first, last = lines.sorted("date").mapped("date")
                    self.assertLess(first, last)
                    picks = lines.move_orig_ids
                    for pick in picks:
                        dates = set(pick.move_dest_ids.mapped("date"))
                        self.assertEqual(pick.date, min(dates))
                        self.assertEqual(pick.date_deadline, min(dates))

    def test_pick_is_not_late_for_what_it_does_not_bring_any_more(self):
        other, line = self.bom.bom_line_ids[:2]
        for steps, more in ((2, 0), (3, 0), (2, 1)):
            with self.subTest(steps=steps, more=more):
                order = self.confirmed(steps)
                line.product_id = self.salt
                other.product_qty += more
                self.refresh_one(order, due_date=self.now + timedelta(days=20))
                self.assertEqual(order.picking_ids.date_deadline, order.date_start)
                self.assertFalse(order.picking_ids.has_deadline_issue)
                line.product_id = self.seed

    def test_pick_of_more_steps_comes_in_time(self):
        """A rule that needs a day, and one before that needs two."""
        house = self.houses[2]
        store = self.env["stock.location"].create(
            {"name": "Store", "location_id": house.view_location_id.id}
        )
        rule = house.pbm_route_id.rule_ids.filtered(
            lambda rule: rule.location_dest_id == house.pbm_loc_id
        )
        rule.write({"procure_method": "make_to_order", "delay": 1})
        rule.copy(
            {
                "location_src_id": store.id,
                "location_dest_id": house.lot_stock_id.id,
                "location_dest_from_rule": True,
                "procure_method": "make_to_stock",
                "delay": 2,
            }
        )
        order = self.confirmed(2)
        pick = self.pick_of(order, self.seed)
        pick = pick.filtered("move_orig_ids")
        self.assertEqual(pick.move_orig_ids.location_id, store)
        for days in (20, 12):
            self.refresh_one(order, due_date=self.now + timedelta(days=days))
            start = order.date_start
            self.assertEqual(pick.date, start - timedelta(days=1))
            self.assertEqual(pick.move_orig_ids.date, start - timedelta(days=3))
