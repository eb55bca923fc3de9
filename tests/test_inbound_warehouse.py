"""Requests in other warehouses and companies, and at the stock itself."""

from odoo.tests import tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestInboundWarehouse(InboundCase):
    def test_picking_type_is_that_of_the_locations_warehouse(self):
        other = self.make_warehouse(code="OTH", putaway_processing="required")
        other.int_type_id.active = True
        order = self.make_confirmed_order(self.bom, warehouse=other)
        self.ask(order)
        requests = self.open_requests(order)
        self.assertEqual(len(requests), 2)
        self.assertEqual(requests.picking_type_id, other.int_type_id)

    def test_order_between_two_warehouses(self):
        other = self.make_warehouse(code="OTH", putaway_processing="required")
        other.int_type_id.active = True
        order = self.make_workshop_order(location_dest_id=other.lot_stock_id.id)
        self.ask(order)
        components = self.open_requests(order, "components")
        output = self.open_requests(order, "output")
        self.assertEqual(components.picking_type_id, self.warehouse.int_type_id)
        self.assertEqual(output.picking_type_id, other.int_type_id)
        self.assertEqual(output.location_dest_id, other.lot_stock_id)

    def test_own_source_of_the_location(self):
        depot = self.make_location("Depot", self.warehouse.view_location_id)
        self.workshop.inbound_source_location_id = depot
        order = self.make_workshop_order()
        self.ask(order)
        self.assertEqual(self.open_requests(order, "components").location_id, depot)

    def test_location_in_the_stock_is_not_emptied_to_fill_it(self):
        bench = self.make_location("Bench", self.stock, putaway_processing="required")
        self.put_in_stock(self.leg, 3, bench)
        self.put_in_stock(self.leg, 20, self.rack)
        order = self.make_workshop_order(location_src_id=bench.id)
        self.ask(order)
        picking = self.open_requests(order, "components")
        self.assertEqual(picking.location_id, self.stock)
        self.assertEqual(self.contents(picking), {"Leg": 5, "Glue": 2})
        self.assertEqual(picking.move_line_ids.location_id, self.rack)
        self.ask(order, "unchanged")
        self.validate(picking)
        order.action_assign()
        self.assertEqual(order.move_raw_ids[0].quantity, 8)

    def test_receipts_fill_the_stock(self):
        self.warehouse.reception_steps = "two_steps"
        self.stock.putaway_processing = "required"
        receipts = self.warehouse.wh_input_stock_loc_id
        self.put_in_stock(self.leg, 20, receipts)
        order = self.make_confirmed_order(self.bom, 2)
        self.ask(order)
        picking = self.open_requests(order, "components")
        self.assertEqual(picking.location_id, receipts)
        self.assertEqual(picking.location_dest_id, self.stock)

    def test_stock_without_receipt_location(self):
        self.stock.putaway_processing = "required"
        self.make_putaway_rule(self.stock, self.rack, self.table)
        self.put_in_stock(self.leg, 3)
        order = self.make_confirmed_order(self.bom, 2)
        self.ask(order)
        picking = self.open_requests(order, "components")
        self.assertEqual(picking.location_id, self.stock)
        self.assertEqual(self.contents(picking), {"Leg": 5, "Glue": 2})
        self.ask(order, "unchanged")
        self.put_in_stock(self.leg, 5)
        self.put_in_stock(self.glue, 5)
        picking.action_assign()
        self.validate(picking)
        order.action_assign()
        self.assertEqual(order.reservation_state, "assigned")
        self.produce(order, 2)
        output = self.open_requests(order, "output")
        line = output.move_line_ids.filtered(lambda ml: ml.product_id == self.table)
        self.assertEqual(
            (line.location_id, line.location_dest_id), (self.stock, self.rack)
        )

    def test_company_of_the_order(self):
        company = self.env["res.company"].create({"name": "Another Works"})
        self.env.user.company_ids += company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        warehouse.int_type_id.active = True
        warehouse.putaway_processing = "required"
        planner = self.make_planner(
            "other_planner",
            company_id=self.env.company.id,
            company_ids=[(6, 0, (self.env.company | company).ids)],
        )
        self.bom.company_id = False
        order = self.make_order(self.bom, warehouse=warehouse, company_id=company.id)
        order.action_confirm()
        mine = self.make_workshop_order()
        orders = (order | mine).with_user(planner)
        orders = orders.with_context(
            allowed_company_ids=(self.env.company | company).ids
        )
        result = orders.refresh_production_orders(create_inbound_request=True)
        self.assertEqual(result["refreshed"], 2, result)
        for one in (order, mine):
            requests = self.open_requests(one)
            self.assertEqual(len(requests), 2)
            self.assertEqual(requests.company_id, one.company_id)
            self.assertEqual(requests.move_ids.company_id, one.company_id)
