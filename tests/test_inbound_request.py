"""Create Inbound Request: what is asked of the warehouse, and when."""

from datetime import timedelta

from odoo.tests import tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestInboundRequest(InboundCase):
    def test_components_are_brought_from_the_stock(self):
        order = self.make_workshop_order()
        row = self.ask(order)
        picking = self.open_requests(order, "components")
        self.assertRecordValues(
            picking,
            [
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.parts.id,
                    "origin": order.name,
                    "company_id": order.company_id.id,
                    "scheduled_date": order.move_raw_ids[0].date,
                    "inbound_production_id": order.id,
                }
            ],
        )
        self.assertEqual(self.contents(picking), {"Leg": 8, "Glue": 2})
        self.assertEqual(picking.move_ids.product_uom, self.unit)
        self.assertIn(picking.id, row["inbound_picking_ids"])

    def test_output_is_put_away_as_it_is_made(self):
        order = self.make_workshop_order()
        self.ask(order)
        picking = self.open_requests(order, "output")
        self.assertRecordValues(
            picking,
            [
                {
                    "location_id": self.outlet.id,
                    "location_dest_id": self.stock.id,
                    "scheduled_date": order.date_finished,
                    "state": "waiting",
                }
            ],
        )
        self.assertEqual(self.contents(picking), {"Table": 2, "Dust": 4})
        self.assertEqual(picking.move_ids.move_orig_ids, order.move_finished_ids)
        self.produce(order, 2)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self.open_requests(order), self.open_requests(order))

    def test_putaway_rules_decide_the_shelf(self):
        self.make_putaway_rule(self.parts, self.shelf, self.leg)
        self.make_putaway_rule(self.stock, self.rack, self.table)
        self.put_in_stock(self.leg, 100)
        order = self.make_workshop_order()
        self.ask(order)
        picking = self.open_requests(order, "components")
        self.assertEqual(picking.move_line_ids.location_dest_id, self.shelf)
        self.produce(order, 2)
        lines = self.open_requests(order, "output").move_line_ids
        lines = lines.filtered(lambda line: line.product_id == self.table)
        self.assertEqual(lines.location_dest_id, self.rack)

    def test_what_is_there_is_not_asked_again(self):
        self.put_in_stock(self.leg, 3, self.shelf)
        self.put_in_stock(self.glue, 2, self.parts)
        order = self.make_workshop_order()
        order.action_assign()
        order.move_raw_ids[1]._do_unreserve()
        for _attempt in ("reserved", "free"):
            self.ask(order, calculate_lines=False)
            self.assertEqual(
                self.contents(self.open_requests(order, "components")), {"Leg": 5}
            )
            order.do_unreserve()
            self.requests(order).unlink()

    def test_what_is_there_is_there_for_one_order(self):
        """Stock that came after the orders were confirmed is reserved for nobody."""
        orders = self.make_workshop_order() | self.make_workshop_order()
        self.put_in_stock(self.leg, 10, self.parts)
        self.refresh(orders, user=self.planner, create_inbound_request=True)
        for _attempt in ("together", "one by one"):
            asked = [
                self.contents(self.open_requests(order, "components"))
                for order in orders
            ]
            self.assertEqual(asked, [{"Glue": 2}, {"Glue": 2, "Leg": 6}])
            for order in orders:
                self.ask(order, "unchanged")
        orders[0].action_assign()
        self.ask(orders[1], "unchanged")
        orders[0].do_unreserve()
        orders[0].action_cancel()
        self.ask(orders[1])
        asked = self.contents(self.open_requests(orders[1], "components"))
        self.assertEqual(asked, {"Glue": 2})

    def test_units_are_those_of_the_product(self):
        flour = self.make_product("Flour", uom=self.kg)
        bom = self.make_bom(
            self.make_product("Bread"),
            [{"product": flour, "qty": 500, "uom": self.gram}],
        )
        order = self.make_workshop_order(4, bom)
        self.ask(order)
        move = self.open_requests(order, "components").move_ids
        self.assertEqual((move.product_uom_qty, move.product_uom), (2, self.kg))

    def test_several_lines_of_a_product_are_one(self):
        bom = self.make_bom(self.make_product("Stool"), [(self.leg, 3), (self.leg, 1)])
        order = self.make_workshop_order(1, bom)
        self.ask(order)
        moves = self.open_requests(order, "components").move_ids
        self.assertEqual(moves.mapped("product_uom_qty"), [4])

    def test_lots_stay_free_to_choose(self):
        resin = self.make_product("Resin", tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": resin.id} for name in ("A", "B")]
        )
        for lot in lots:
            self.put_in_stock(resin, 5, lot=lot)
        bom = self.make_bom(self.make_product("Cast"), [(resin, 2)])
        order = self.make_workshop_order(1, bom)
        self.ask(order)
        picking = self.open_requests(order, "components")
        picking.move_line_ids.lot_id = lots[1]
        self.validate(picking)
        quants = resin.stock_quant_ids.filtered(lambda q: q.location_id == self.parts)
        self.assertEqual(quants.lot_id, lots[1])

    def test_repeated_refresh_is_unchanged(self):
        order = self.make_workshop_order()
        first = self.ask(order)
        again = self.ask(order, "unchanged")
        self.assertEqual(first["inbound_picking_ids"], again["inbound_picking_ids"])
        self.assertEqual(self.preview(order)["status"], "unchanged")

    def test_preview_says_it_in_advance_and_writes_nothing(self):
        order = self.make_workshop_order()
        row = self.preview(order)
        self.assertEqual(row["status"], "refreshed")
        self.assertFalse(row["inbound_picking_ids"])
        self.assertEqual(len(row["inbound"]), 2)
        self.assertIn("8 Units Leg", row["inbound"][0])
        self.assertIn("2 Units Table", row["inbound"][1])
        self.assertFalse(self.requests(order))

    def test_preview_counts_what_the_refresh_will_change(self):
        order = self.make_workshop_order()
        self.bom.bom_line_ids[0].product_qty = 5
        self.bom.byproduct_ids.product_qty = 3
        nail = self.make_product("Nail")
        self.add_line(self.bom, nail, 6)
        self.bom.bom_line_ids[1].unlink()
        notes = self.preview(order)["inbound"]
        row = self.ask(order)
        self.assertEqual(
            self.contents(self.open_requests(order)),
            {"Leg": 10, "Nail": 12, "Table": 2, "Dust": 6},
        )
        for text in ("10 Units Leg", "12 Units Nail", "6 Units Dust"):
            self.assertIn(text, " ".join(notes))
            self.assertIn(text, " ".join(row["inbound"]))

    def test_shown_among_the_transfers_of_the_order(self):
        order = self.make_workshop_order()
        self.ask(order)
        order.invalidate_recordset(["picking_ids", "delivery_count"])
        self.assertEqual(order.picking_ids, self.requests(order))
        self.assertEqual(order.delivery_count, 2)
        for picking in self.requests(order):
            self.assertEqual(picking.production_ids, order)

    def test_without_calculation_a_request_is_still_made(self):
        order = self.make_workshop_order()
        off = {
            "calculate_lines": False,
            "calculate_routings": False,
            "calculate_components": False,
        }
        self.ask(order, **off)
        self.assertEqual(len(self.open_requests(order)), 2)
        self.ask(order, "unchanged", **off)

    def test_first_operation_that_needs_them_sets_the_date(self):
        bom = self.make_bom(
            self.make_product("Chair"),
            operations=[{"name": "Cut"}, {"name": "Join"}],
        )
        self.add_line(bom, self.leg, 4, operation="Join")
        order = self.make_workshop_order(1, bom)
        self.ask(order)
        cut, join = order.workorder_ids
        components = self.open_requests(order, "components")
        output = self.open_requests(order, "output")
        self.assertEqual(components.scheduled_date, join.date_start)
        self.assertEqual(output.scheduled_date, join.date_finished)
        self.assertLess(cut.date_start, join.date_start)
        due = order.date_deadline + timedelta(days=3)
        self.ask(order, due_date=str(due))
        self.assertEqual(components.scheduled_date, join.date_start)
        self.assertEqual(output.scheduled_date, due)

    def test_components_made_to_order_are_not_asked_for(self):
        seat = self.make_mto_product("Seat", bom={"lines": [(self.glue, 1)]})
        bom = self.make_bom(self.make_product("Stool"), [(seat, 1), (self.leg, 3)])
        order = self.make_workshop_order(1, bom, location_src_id=self.stock.id)
        self.stock.putaway_processing = "required"
        self.assertEqual(order.move_raw_ids[0].procure_method, "make_to_order")
        self.ask(order)
        self.assertEqual(
            self.contents(self.open_requests(order, "components")), {"Leg": 3}
        )

    def test_validated_transfer_lets_the_order_be_reserved(self):
        self.manu_type.reservation_method = "at_confirm"
        self.put_in_stock(self.leg, 100)
        self.put_in_stock(self.glue, 100)
        order = self.make_workshop_order()
        self.ask(order)
        self.validate(self.open_requests(order, "components"))
        self.assertEqual(order.reservation_state, "assigned")
        self.assertEqual(set(order.move_raw_ids.mapped("state")), {"assigned"})
        self.ask(order, "unchanged")
        self.assertFalse(self.open_requests(order, "components"))
