"""Lines and operations that are for some variants only."""

from odoo.tests import tagged

from .common_as_new import OrderAsNewCase


@tagged("post_install", "-at_install")
class TestConditions(OrderAsNewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.make_template(
            "Shelf",
            Colour=["Red", "Blue"],
            Size=["Small", "Large"],
            never_Gift=["Yes", "No"],
        )
        cls.board, cls.paint, cls.box = cls.make_products("Board", "Paint", "Box")
        cls.bench = cls.make_workcenter("Bench")
        both = cls.attribute_values(cls.template, "Red", "Large")
        cls.bom = cls.make_bom(
            cls.template,
            [
                (cls.board, 3),
                {"product": cls.paint, "variants": both},
                {
                    "product": cls.box,
                    "variants": cls.attribute_values(cls.template, "Yes"),
                },
            ],
            [
                {"name": "Saw", "workcenter": cls.bench},
                {"name": "Paint", "workcenter": cls.bench, "variants": both},
                {
                    "name": "Wrap",
                    "workcenter": cls.bench,
                    "variants": cls.attribute_values(cls.template, "Yes"),
                },
            ],
            byproducts=[{"product": cls.box, "qty": 2, "variants": both}],
        )

    def parts(self, order):
        return (
            sorted(order.move_raw_ids.product_id.mapped("name")),
            sorted(order.workorder_ids.mapped("name")),
            len(order.move_byproduct_ids),
        )

    def order_of(self, *values, confirm=True, **others):
        order = self.make_order(
            self.bom, 2, product=self.variant(self.template, *values), **others
        )
        if confirm:
            order.action_confirm()
        return order

    def test_all_attributes_have_to_match(self):
        for values, parts in (
            (("Red", "Large"), (["Board", "Paint"], ["Paint", "Saw"], 1)),
            (("Red", "Small"), (["Board"], ["Saw"], 0)),
            (("Blue", "Large"), (["Board"], ["Saw"], 0)),
        ):
            for confirm in (False, True):
                with self.subTest(values=values, confirm=confirm):
                    self.bom.bom_line_ids[0].product_qty = 3
                    order = self.order_of(*values, confirm=confirm)
                    self.bom.bom_line_ids[0].product_qty = 4
                    self.check_as_new(order)
                    self.assertEqual(self.parts(order), parts)

    def test_condition_that_is_added_and_goes(self):
        order = self.order_of("Red", "Small")
        small = self.attribute_values(self.template, "Small")
        red_or_blue = self.attribute_values(self.template, "Red", "Blue")
        none = self.env["product.template.attribute.value"]
        rows = self.bom.bom_line_ids[1], self.bom.operation_ids[1]
        for values, names in (
            (small, ["Board", "Paint"]),
            (small | red_or_blue, ["Board", "Paint"]),
            (self.attribute_values(self.template, "Blue"), ["Board"]),
            (none, ["Board", "Paint"]),
        ):
            with self.subTest(values=values.mapped("name")):
                for row in rows:
                    row.bom_product_template_attribute_value_ids = values
                self.check_as_new(order)
                self.assertEqual(self.parts(order)[0], names)

    def test_never_values_of_the_order_count(self):
        yes = self.attribute_values(self.template, "Yes")
        no = self.attribute_values(self.template, "No")
        for confirm in (False, True):
            with self.subTest(confirm=confirm):
                order = self.order_of(
                    "Blue",
                    "Small",
                    confirm=confirm,
                    never_product_template_attribute_value_ids=no.ids,
                )
                for value, lines, operations in (
                    (yes, ["Board", "Box"], ["Saw", "Wrap"]),
                    (no, ["Board"], ["Saw"]),
                ):
                    order.never_product_template_attribute_value_ids = value
                    self.check_as_new(order)
                    self.assertEqual(self.parts(order)[:2], (lines, operations))
