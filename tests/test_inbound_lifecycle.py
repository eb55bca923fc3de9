"""Requests through the life of an order: produce, split, merge, cancel, unbuild."""

from odoo.tests import tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestInboundLifecycle(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_in_stock(cls.leg, 100)
        cls.put_in_stock(cls.glue, 100)

    def asked_order(self, qty=2, **values):
        order = self.make_workshop_order(qty, **values)
        self.ask(order)
        return order

    def ask_any(self, order):
        """Refresh an order that may be right already."""
        row = self.preview(order)
        return self.ask(order, row["status"])

    def component_need(self, orders):
        """Return what open requests carry, once each."""
        return self.contents(
            self.env["stock.picking"].union(
                *(self.open_requests(order, "components") for order in orders)
            )
        )

    def assert_single(self, orders):
        """Expect at most one open request an order and kind, none of them twice."""
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for order in orders:
            for kind in ("components", "output"):
                found = pipeline._get_open_requests(order, kind)
                self.assertLessEqual(len(found), 1, f"{order.name} {kind}")

    def stored(self, product):
        return self.env["stock.quant"]._get_available_quantity(product, self.stock)

    def test_backorder_keeps_the_output_request(self):
        order = self.asked_order(10)
        output = self.open_requests(order, "output")
        backorder = self.produce(order, 4)
        self.assertEqual(self.contents(output), {"Table": 10, "Dust": 20})
        self.assertEqual(output.move_ids[0].quantity, 4)
        self.validate(output)
        self.assertEqual((self.stored(self.table), self.stored(self.dust)), (4, 8))
        rest = self.open_requests(order, "output")
        self.assertEqual(self.contents(rest), {"Table": 6, "Dust": 12})
        row = self.ask(backorder)
        self.assertIn(rest.id, row["inbound_picking_ids"])
        self.assert_single(order | backorder)
        self.change_quantity(backorder, 7)
        self.ask(backorder)
        self.assertEqual(self.contents(rest), {"Table": 7, "Dust": 14})
        self.ask(backorder, "unchanged")
        self.produce(backorder, 7)
        self.assertEqual(rest.state, "assigned")
        self.validate(rest)
        self.assertEqual((self.stored(self.table), self.stored(self.dust)), (11, 22))
        self.assertFalse(self.open_requests(order, "output"))

    def test_backorder_gets_its_share_of_the_components(self):
        order = self.asked_order(10)
        backorder = self.produce(order, 4)
        self.assertEqual(self.component_need(backorder), {"Leg": 24, "Glue": 6})
        self.ask(backorder)
        self.assertEqual(self.component_need(backorder), {"Leg": 24, "Glue": 6})
        self.assert_single(order | backorder)

    def test_more_or_less_made_than_planned(self):
        for made in (3, 1):
            with self.subTest(made=made):
                order = self.asked_order(2)
                output = self.open_requests(order, "output")
                order.qty_producing = made
                order._set_qty_producing()
                order.with_context(skip_backorder=True).button_mark_done()
                self.assertEqual(self.contents(output)["Table"], made)
                self.assertEqual(output.state, "assigned")

    def test_split_shares_what_was_asked(self):
        order = self.asked_order(10)
        self.put_in_stock(self.leg, 5, self.parts)
        self.ask(order)
        self.assertEqual(self.component_need(order), {"Leg": 35, "Glue": 10})
        orders = self.split(order, 3, 4, 3)
        self.assertEqual(len(orders), 3)
        self.assertEqual(self.component_need(orders), {"Leg": 35, "Glue": 10})
        for one in orders.sorted("id", reverse=True):
            self.ask_any(one)
        self.assertEqual(self.component_need(orders), {"Leg": 35, "Glue": 10})
        self.assertEqual(
            self.contents(self.open_requests(order, "output")),
            {"Table": 10, "Dust": 20},
        )
        self.assert_single(orders)
        for one in orders:
            self.ask(one, "unchanged")

    def test_split_keeps_what_a_worker_picked(self):
        order = self.asked_order(10)
        move = self.open_requests(order, "components").move_ids[0]
        move.quantity = 30
        move.picked = True
        orders = self.split(order, 5, 5)
        self.assertEqual(self.component_need(orders), {"Leg": 40, "Glue": 10})
        for one in orders:
            self.ask_any(one)
        self.assertEqual(self.component_need(orders), {"Leg": 40, "Glue": 10})

    def test_merge_takes_over_what_was_asked(self):
        self.manu_type.default_location_src_id = self.parts
        self.manu_type.default_location_dest_id = self.outlet
        orders = self.asked_order(2) | self.asked_order(3)
        merged = self.env["mrp.production"].browse(orders.action_merge()["res_id"])
        for _attempt in range(2):
            self.assertEqual(self.component_need(merged), {"Leg": 20, "Glue": 5})
            output = self.open_requests(merged, "output")
            self.assertEqual(self.contents(output), {"Table": 5, "Dust": 10})
            self.assertEqual(len(self.open_requests(merged)), 2)
            self.ask_any(merged)
        self.produce(merged, 5)
        self.assertEqual(output.state, "assigned")
        self.assertEqual(
            set(output.move_ids.mapped("product_id.name")), {"Table", "Dust"}
        )

    def test_merged_order_that_works_elsewhere_has_no_request(self):
        orders = self.asked_order(2) | self.asked_order(3)
        merged = self.env["mrp.production"].browse(orders.action_merge()["res_id"])
        self.assertEqual(merged.location_src_id, self.stock)
        self.assertFalse(self.open_requests(merged))

    def test_cancelled_with_the_order(self):
        order = self.asked_order()
        requests = self.requests(order)
        order.action_cancel()
        self.assertEqual(set(requests.mapped("state")), {"cancel"})
        self.assertFalse(requests.activity_ids)

    def test_done_transfer_is_kept_when_the_order_is_cancelled(self):
        order = self.asked_order()
        components = self.open_requests(order, "components")
        self.validate(components)
        order.action_cancel()
        self.assertEqual(components.state, "done")
        self.assertFalse(self.open_requests(order))

    def test_cancelled_backorder_takes_only_its_share(self):
        order = self.asked_order(10)
        orders = self.split(order, 4, 6)
        other = orders - order
        order.action_cancel()
        self.assertEqual(self.component_need(orders), {"Leg": 24, "Glue": 6})
        self.assertEqual(
            self.contents(self.open_requests(order, "output")),
            {"Table": 6, "Dust": 12},
        )
        self.ask(other, "unchanged")
        self.assert_single(other)
        self.produce(other, 6)
        self.assertEqual(self.open_requests(other, "output").state, "assigned")

    def test_cancelled_backorder_leaves_what_was_made(self):
        order = self.asked_order(10)
        backorder = self.produce(order, 4)
        backorder.action_cancel()
        output = self.open_requests(order, "output")
        self.assertEqual(self.contents(output), {"Table": 4, "Dust": 8})
        self.assertEqual(output.state, "assigned")
        self.assertFalse(self.component_need(backorder))

    def test_unreserved_order_is_not_asked_twice(self):
        order = self.asked_order()
        self.validate(self.open_requests(order, "components"))
        order.action_assign()
        self.assertEqual(order.reservation_state, "assigned")
        order.do_unreserve()
        self.ask(order, "unchanged")
        self.assertFalse(self.open_requests(order, "components"))

    def test_unbuilt_output_need_not_be_put_away(self):
        order = self.asked_order(5)
        output = self.open_requests(order, "output")
        self.produce(order, 5)
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.table.id,
                "mo_id": order.id,
                "product_qty": 2,
                "location_id": self.outlet.id,
                "location_dest_id": self.parts.id,
            }
        )
        unbuild.with_user(self.planner).action_unbuild()
        self.assertEqual(self.contents(output), {"Table": 3, "Dust": 6})
        self.validate(output)
        self.assertEqual((self.stored(self.table), self.stored(self.dust)), (3, 6))
        self.assertFalse(self.open_requests(order, "output"))

    def test_parent_gets_what_a_child_makes_for_it(self):
        seat = self.make_mto_product("Seat", bom={"lines": [(self.glue, 1)]})
        bom = self.make_bom(self.make_product("Stool"), [(seat, 1)])
        self.warehouse.putaway_processing = "required"
        parent = self.make_confirmed_order(bom, 3)
        child = parent._get_children()
        self.ask_any(child)
        self.assertFalse(self.open_requests(child, "output"))
        self.produce(child, 3)
        self.assertEqual(parent.move_raw_ids.state, "assigned")

    def test_begun_order_is_asked_for_the_rest(self):
        order = self.asked_order(10)
        self.open_requests(order).unlink()
        order.qty_producing = 4
        order._set_qty_producing()
        row = self.refresh_one(
            order, "refused", user=self.planner, create_inbound_request=True
        )
        self.assertEqual(row["code"], "started")
        self.assertFalse(self.open_requests(order))
        off = ("calculate_lines", "calculate_routings", "calculate_components")
        self.ask(order, **dict.fromkeys(off, False))
        # what is recorded as consumed need not be brought
        self.assertEqual(self.component_need(order), {"Leg": 24, "Glue": 6})
        self.assert_single(order)
        self.produce(order, 10)
