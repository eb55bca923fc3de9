from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestFactories(RefreshCase):
    """The factories build what Odoo itself makes orders from."""

    def test_order_has_lines_of_nested_kit_and_operations(self):
        table, leg, screw, top = self.make_products("Table", "Leg", "Screw", "Top")
        bom = self.make_bom(
            table,
            lines=[
                {"product": leg, "qty": 4, "kit": {"lines": [(screw, 2)]}},
                {"product": top, "operation": "Glue"},
            ],
            operations=[
                {"name": "Cut", "minutes": 30},
                {"name": "Glue", "after": ["Cut"]},
            ],
            byproducts=[{"product": self.make_product("Dust"), "cost_share": 1}],
        )
        order = self.make_confirmed_order(bom, 3, plan=True)
        self.assertRecordValues(
            order.move_raw_ids,
            [
                {"product_id": screw.id, "product_uom_qty": 24},
                {"product_id": top.id, "product_uom_qty": 3},
            ],
        )
        self.assertEqual(order.workorder_ids.mapped("duration_expected"), [90, 180])
        self.assertTrue(order.is_planned)
        self.assertEqual(len(order.move_byproduct_ids), 1)

    def test_line_of_a_variant_and_never_value(self):
        lamp = self.make_template(
            "Lamp", Colour=["Red", "Blue"], never_Gift=["Yes", "No"]
        )
        shade, paper = self.make_products("Shade", "Paper")
        bom = self.make_bom(
            lamp,
            lines=[
                {"product": shade, "variants": self.attribute_values(lamp, "Red")},
                {"product": paper, "variants": self.attribute_values(lamp, "Yes")},
            ],
        )
        red = self.make_order(
            bom,
            product=self.variant(lamp, "Red"),
            never_product_template_attribute_value_ids=self.attribute_values(
                lamp, "Yes"
            ).ids,
        )
        self.assertEqual(red.move_raw_ids.product_id, shade | paper)
        blue = self.make_order(bom, product=self.variant(lamp, "Blue"))
        self.assertFalse(blue.move_raw_ids)

    def test_two_steps_pick_components(self):
        warehouse = self.make_warehouse(2)
        chair, wood = self.make_products("Chair", "Wood")
        bom = self.make_bom(chair, lines=[(wood, 2)])
        order = self.make_confirmed_order(bom, 5, warehouse=warehouse)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 10)

    def test_made_to_order_component_has_child_order(self):
        seat = self.make_mto_product(
            "Seat", bom={"lines": [(self.make_product("Foam"), 1)]}
        )
        bom = self.make_bom(self.make_product("Sofa"), lines=[(seat, 2)])
        order = self.make_confirmed_order(bom, 2)
        self.assertEqual(order._get_children().product_qty, 4)

    def test_order_by_form_of_a_planner(self):
        planner = self.make_planner()
        bom = self.make_bom(self.make_product(), lines=[(self.make_product("A"), 1)])
        order = self.make_order_by_form(bom, 2, user=planner)
        self.assertEqual(order.move_raw_ids.product_uom_qty, 2)
        self.assertFalse(self.make_outsider().has_group("mrp.group_mrp_user"))
