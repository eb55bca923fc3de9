"""When no inbound request is made, and what a planner is told."""

from odoo.tests import tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestInboundGuards(InboundCase):
    def refused(self, order, *texts):
        """Expect a refusal that leaves the order alone, in the preview too."""
        self.bom.bom_line_ids[0].product_qty += 1
        before = order.move_raw_ids.mapped("product_uom_qty")
        for row in (self.preview(order), self.ask(order, "refused")):
            self.assertEqual(
                (row["status"], row["code"]), ("refused", "no_inbound_route")
            )
            for text in texts:
                self.assertIn(text, row["message"])
        self.assertEqual(order.move_raw_ids.mapped("product_uom_qty"), before)
        self.assertFalse(self.requests(order))

    def test_draft_order_is_told_to_confirm(self):
        order = self.make_order(
            self.bom, location_src_id=self.parts.id, location_dest_id=self.outlet.id
        )
        for row in (self.preview(order), self.ask(order)):
            self.assertIn("confirm it first", " ".join(row["warnings"]))
            self.assertFalse(row["inbound_picking_ids"])
        self.assertFalse(self.requests(order))

    def test_location_without_put_away_says_so(self):
        order = self.make_workshop_order()
        self.workshop.putaway_processing = "none"
        for row in (self.preview(order), self.ask(order)):
            self.assertEqual(len(row["warnings"]), 2)
            self.assertIn("not required at Workshop/Parts", row["warnings"][0])
        self.assertFalse(self.requests(order))

    def test_directed_location_says_so(self):
        order = self.make_workshop_order()
        self.parts.putaway_processing = "directed"
        for row in (self.preview(order), self.ask(order)):
            self.assertEqual(len(row["warnings"]), 1)
            self.assertIn("own transfers fill Workshop/Parts", row["warnings"][0])
        self.assertEqual(self.requests(order).inbound_kind, "output")

    def test_own_transfers_of_the_warehouse_are_not_doubled(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                warehouse = self.make_warehouse(
                    steps, code=f"OWN{steps}", putaway_processing="required"
                )
                warehouse.int_type_id.active = True
                order = self.make_confirmed_order(self.bom, warehouse=warehouse)
                pickings = order.picking_ids
                row = self.ask(order)
                self.assertIn("own transfers", " ".join(row["warnings"]))
                self.assertFalse(self.open_requests(order, "components"))
                self.assertEqual(bool(self.open_requests(order, "output")), steps == 2)
                order.invalidate_recordset(["picking_ids"])
                self.assertLessEqual(pickings, order.picking_ids)

    def test_dialog_says_what_will_be_made_and_why_not(self):
        order = self.make_workshop_order()
        self.outlet.putaway_processing = "none"
        action = order.with_user(self.planner).action_refresh()
        wizard = (
            self.env["mrp.production.refresh"]
            .with_user(self.planner)
            .with_context(**action["context"])
            .create({"create_inbound_request": True})
        )
        self.assertIn("8 Units Leg", wizard.preview)
        self.assertIn("put-away is not required at", wizard.preview)
        notification = wizard.action_apply()["params"]["message"]
        self.assertIn(self.requests(order).name, notification)

    def test_location_without_warehouse(self):
        yard = self.make_location(
            "Yard",
            self.warehouse.view_location_id.location_id,
            putaway_processing="required",
        )
        order = self.make_workshop_order(location_src_id=yard.id)
        self.refused(order, "belongs to no warehouse", "Yard")
        order = self.make_workshop_order(location_dest_id=yard.id)
        self.refused(order, "belongs to no warehouse", "Yard")

    def test_archived_operation_type(self):
        order = self.make_workshop_order()
        self.warehouse.int_type_id.active = False
        self.refused(order, "archived", self.warehouse.name)

    def test_no_way_from_the_source(self):
        order = self.make_workshop_order()
        lost = self.make_location("Lost", self.warehouse.view_location_id)
        self.parts.inbound_source_location_id = lost
        lost.active = False
        self.refused(order, "no way from its Inbound Source", "Lost")

    def test_refused_order_does_not_stop_the_others(self):
        yard = self.make_location(
            "Yard",
            self.warehouse.view_location_id.location_id,
            putaway_processing="required",
        )
        bad = self.make_workshop_order(location_src_id=yard.id)
        good = self.make_workshop_order()
        result = self.refresh(
            bad | good, user=self.planner, create_inbound_request=True
        )
        self.assertEqual((result["refused"], result["refreshed"]), (1, 1))
        self.assertEqual(len(self.open_requests(good)), 2)

    def test_error_leaves_the_order_and_the_others_as_they_were(self):
        bad = self.make_workshop_order(origin="bad")
        good = self.make_workshop_order()
        self.bom.bom_line_ids[0].product_qty = 6
        pipeline = self.env.registry["mrp.production.refresh.pipeline"]
        create = pipeline._create_request

        def fail(model, order, request):
            if order.origin == "bad" and request.kind == "output":
                raise ZeroDivisionError
            return create(model, order, request)

        self.patch(pipeline, "_create_request", fail)
        with self.assertLogs("odoo.addons.mrp_production_refresh", "ERROR"):
            result = self.refresh(
                bad | good, user=self.planner, create_inbound_request=True
            )
        self.assertEqual((result["failed"], result["refreshed"]), (1, 1))
        self.assertFalse(self.requests(bad))
        self.assertEqual(bad.move_raw_ids[0].product_uom_qty, 8)
        self.assertEqual(good.move_raw_ids[0].product_uom_qty, 12)
        self.assertEqual(len(self.open_requests(good)), 2)
