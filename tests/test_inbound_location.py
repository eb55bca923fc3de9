"""Put-away settings of locations and warehouses, and what comes into effect."""

from odoo.tests import Form, tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestInboundLocation(InboundCase):
    def test_nearest_choice_counts(self):
        self.assertEqual(self.shelf.effective_putaway_processing, "required")
        self.parts.putaway_processing = "none"
        self.assertEqual(self.shelf.effective_putaway_processing, "none")
        self.assertEqual(self.outlet.effective_putaway_processing, "required")
        self.shelf.putaway_processing = "directed"
        self.assertEqual(self.shelf.effective_putaway_processing, "directed")

    def test_none_at_the_top(self):
        self.assertFalse(self.stock.putaway_processing)
        self.assertEqual(self.stock.effective_putaway_processing, "none")

    def test_default_of_the_warehouse(self):
        self.warehouse.putaway_processing = "required"
        self.assertEqual(self.rack.effective_putaway_processing, "required")
        self.warehouse.inbound_source_location_id = self.rack
        self.assertEqual(self.parts.effective_inbound_source_location_id, self.rack)
        self.parts.inbound_source_location_id = self.stock
        self.assertEqual(self.parts.effective_inbound_source_location_id, self.stock)
        self.assertEqual(self.shelf.effective_inbound_source_location_id, self.stock)

    def test_source_is_the_stock_or_where_receipts_arrive(self):
        self.assertEqual(self.parts.effective_inbound_source_location_id, self.stock)
        self.assertEqual(self.rack.effective_inbound_source_location_id, self.stock)
        self.warehouse.reception_steps = "two_steps"
        receipts = self.warehouse.wh_input_stock_loc_id
        self.env.invalidate_all()
        self.assertEqual(self.parts.effective_inbound_source_location_id, self.stock)
        self.assertEqual(self.rack.effective_inbound_source_location_id, receipts)
        self.assertEqual(self.stock.effective_inbound_source_location_id, receipts)

    def test_own_steps_of_the_warehouse_are_directed(self):
        for steps, legs in (
            (1, ()),
            (2, ("components",)),
            (3, ("components", "output")),
        ):
            with self.subTest(steps=steps):
                warehouse = self.make_warehouse(steps, putaway_processing="required")
                for kind, location in (
                    ("components", warehouse.manu_type_id.default_location_src_id),
                    ("output", warehouse.manu_type_id.default_location_dest_id),
                ):
                    expected = "directed" if kind in legs else "required"
                    self.assertEqual(location._get_putaway_processing(kind), expected)
                    self.assertEqual(location.effective_putaway_processing, expected)

    def test_forms_show_settings_and_effect(self):
        self.env.user.group_ids += self.env.ref("stock.group_stock_multi_locations")
        with Form(self.shelf, "stock.view_location_form") as form:
            self.assertEqual(form.effective_putaway_processing, "required")
            form.putaway_processing = "none"
            self.assertEqual(form.effective_putaway_processing, "none")
        with Form(self.warehouse, "stock.view_warehouse") as form:
            form.putaway_processing = "required"
        self.assertEqual(self.warehouse.view_location_id.putaway_processing, "required")
        arch = self.env["stock.location"].get_view(
            self.env.ref("stock.view_location_tree2").id
        )["arch"]
        self.assertIn('name="effective_putaway_processing"', arch)
