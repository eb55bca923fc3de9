"""One open request for each order and kind, whatever happens between two refreshes."""

from odoo.tests import tagged

from .common_inbound import OpenRequestCase


@tagged("post_install", "-at_install")
class TestInboundUpdate(OpenRequestCase):
    def asked(self):
        """Return what the only open transfer of components carries."""
        picking = self.open_requests(self.order, "components")
        self.assertLessEqual(len(picking), 1)
        return self.contents(picking)

    def line(self, product):
        return self.components.move_ids.filtered(lambda m: m.product_id == product)

    def test_quantities_and_lines_follow(self):
        nail = self.make_product("Nail")
        self.bom.bom_line_ids[0].product_qty = 5
        self.bom.bom_line_ids[1].unlink()
        self.add_line(self.bom, nail, 6)
        self.bom.byproduct_ids.product_qty = 1
        self.ask(self.order)
        self.assertEqual(self.asked(), {"Leg": 10, "Nail": 12})
        self.assertEqual(self.open_requests(self.order, "components"), self.components)
        self.assertEqual(self.contents(self.output), {"Table": 2, "Dust": 2})
        self.assertEqual(self.line(self.leg).quantity, 10)
        self.assertFalse(self.output.activity_ids)

    def test_less_is_reserved_when_less_is_needed(self):
        self.bom.bom_line_ids[0].product_qty = 3
        self.ask(self.order)
        self.assertEqual(self.line(self.leg).quantity, 6)
        self.assertEqual(self.components.state, "assigned")

    def test_removed_by_product_leaves_the_request(self):
        self.bom.byproduct_ids.unlink()
        self.ask(self.order)
        self.assertEqual(self.contents(self.output), {"Table": 2})
        self.add_byproduct(self.bom, self.dust, 3)
        self.ask(self.order)
        self.assertEqual(self.contents(self.output), {"Table": 2, "Dust": 6})
        self.assertEqual(
            self.output.move_ids.move_orig_ids, self.order.move_finished_ids
        )
        self.ask(self.order, "unchanged")

    def test_request_goes_when_nothing_is_missing(self):
        self.put_in_stock(self.leg, 8, self.parts)
        self.put_in_stock(self.glue, 2, self.parts)
        row = self.ask(self.order)
        self.assertFalse(self.components.exists())
        self.assertEqual(row["inbound_picking_ids"], self.output.ids)
        self.assertIn("No component is missing", row["inbound"][0])
        self.ask(self.order, "unchanged")

    def test_what_a_worker_picked_stays(self):
        move = self.line(self.leg)
        move.quantity = 5
        move.picked = True
        lines = move.move_line_ids
        for need, expected in ((6, 12), (1, 5)):
            self.bom.bom_line_ids[0].product_qty = need
            self.ask(self.order)
            self.assertEqual(self.asked(), {"Leg": expected, "Glue": 2})
            self.assertEqual(move.move_line_ids, lines)
            self.assertEqual((move.quantity, move.picked), (5, True))
            self.ask(self.order, "unchanged")

    def test_rest_is_asked_after_a_part_was_brought(self):
        self.validate(self.components, {self.leg: 3, self.glue: 2})
        rest = self.open_requests(self.order, "components")
        self.assertEqual(self.asked(), {"Leg": 5})
        self.ask(self.order, "unchanged")
        self.bom.bom_line_ids[0].product_qty = 5
        self.ask(self.order)
        self.assertEqual(self.asked(), {"Leg": 7})
        self.assertEqual(self.open_requests(self.order, "components"), rest)
        self.assertEqual(self.components.state, "done")

    def test_cancelled_request_is_asked_again(self):
        self.components.action_cancel()
        self.ask(self.order)
        self.assertEqual(self.asked(), {"Leg": 8, "Glue": 2})

    def test_without_the_option_it_is_left_alone_with_a_warning(self):
        row = self.refresh_one(
            self.order, "unchanged", user=self.planner, restore_reservation=True
        )
        self.assertFalse(row["warnings"])
        self.assertEqual(
            row["inbound_picking_ids"], (self.components | self.output).ids
        )
        self.bom.bom_line_ids[0].product_qty = 5
        preview = self.preview(self.order, create_inbound_request=False)
        row = self.refresh_one(self.order, user=self.planner, restore_reservation=True)
        for warnings in (preview["warnings"], row["warnings"]):
            self.assertIn(self.components.name, " ".join(warnings))
            self.assertNotIn(self.output.name, " ".join(warnings))
        self.assertEqual(self.asked(), {"Leg": 8, "Glue": 2})

    def test_other_location_gets_another_request(self):
        self.order.location_src_id = self.shelf
        self.order.move_raw_ids.location_id = self.shelf
        self.ask(self.order)
        picking = self.open_requests(self.order, "components")
        self.assertEqual(picking.location_dest_id, self.shelf)
        self.assertEqual(self.asked(), {"Leg": 8, "Glue": 2})

    def count_queries(self, count):
        """Return the queries of a refresh that finds all requests as they must be."""
        orders = self.env["mrp.production"].concat(
            *(self.make_workshop_order() for _number in range(count))
        )
        options = {"create_inbound_request": True, "restore_reservation": True}
        orders = orders.with_user(self.planner)
        orders.refresh_production_orders(**options)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = orders.refresh_production_orders(**options)
        self.env.flush_all()
        self.assertEqual(result["unchanged"], count)
        return self.env.cr.sql_log_count - before

    def test_queries_of_an_order_that_is_right_already(self):
        self.count_queries(1)  # what is read once
        few, many = self.count_queries(2), self.count_queries(12)
        # among them the stock of each component, the push rules of each product
        self.assertLessEqual(many - few, 10 * 7)
