"""Add-ons that extend Odoo's methods are heard by a refresh, as quality does it."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestExtensions(RefreshCase):
    """The methods are replaced on the registry's classes, as an `_inherit` would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.desk, cls.top, cls.box = cls.make_products("Desk", "Top", "Box")
        bench = cls.make_workcenter("Bench")
        cls.bom = cls.make_bom(
            cls.desk, [(cls.top, 1)], [{"name": "Cut", "workcenter": bench}]
        )

    def extend(self, model, name, method):
        """Have `method(super, records, ...)` run instead of a model's method."""
        owner = self.env.registry[model]
        parent = getattr(owner, name)

        def extended(records, *args, **kwargs):
            return method(parent.__get__(records), records, *args, **kwargs)

        self.startPatcher(patch.object(owner, name, extended))

    def make_checks(self, parent, workorders):
        """Create a record a work order, as quality makes its checks."""
        self.env["ir.attachment"].create(
            [
                {
                    "name": f"Check {workorder.name}",
                    "res_model": workorder._name,
                    "res_id": workorder.id,
                }
                for workorder in workorders
            ]
        )
        return parent()

    def checks(self, workorders):
        domain = [("res_model", "=", "mrp.workorder"), ("res_id", "in", workorders.ids)]
        return sorted(self.env["ir.attachment"].search(domain).mapped("name"))

    def test_new_work_orders_are_confirmed_like_those_of_a_new_order(self):
        self.extend("mrp.workorder", "_action_confirm", self.make_checks)
        order = self.make_confirmed_order(self.bom, 1)
        self.assertEqual(self.checks(order.workorder_ids), ["Check Cut"])
        self.add_operation(self.bom, "Sand")
        self.add_operation(self.bom, "Paint")
        self.refresh_one(order, user=self.planner)
        self.assertEqual(
            self.checks(order.workorder_ids), ["Check Cut", "Check Paint", "Check Sand"]
        )
        self.refresh_one(order, "unchanged", user=self.planner)

    def test_work_orders_of_a_draft_are_confirmed_with_it(self):
        self.extend("mrp.workorder", "_action_confirm", self.make_checks)
        order = self.make_order(self.bom, 1)
        self.add_operation(self.bom, "Sand")
        self.refresh_one(order)
        self.assertEqual(self.checks(order.workorder_ids), [])
        order.action_confirm()
        self.assertEqual(self.checks(order.workorder_ids), ["Check Cut", "Check Sand"])

    def add_box(self, parent, orders):
        """Add a component to those of the BoM."""
        return parent() + [
            order._get_move_raw_values(self.box, 2, self.box.uom_id) for order in orders
        ]

    def test_components_that_an_add_on_adds_stay(self):
        self.extend("mrp.production", "_get_moves_raw_values", self.add_box)
        for state in ("draft", "confirmed"):
            with self.subTest(state=state):
                order = self.make_order(self.bom, 3)
                if state == "confirmed":
                    order.action_confirm()
                box = order.move_raw_ids.filtered(lambda m: m.product_id == self.box)
                self.assertEqual(box.product_uom_qty, 2)
                self.bom.bom_line_ids.product_qty += 1
                row = self.refresh_one(order, user=self.planner)
                self.assertEqual(
                    [c["name"] for c in row["changes"] if c["kind"] == "component"],
                    [self.top.display_name],
                )
                self.assertTrue(box.exists())
                self.refresh_one(order, "unchanged", user=self.planner)

    def test_a_line_that_an_add_on_begins_to_add_is_added(self):
        order = self.make_confirmed_order(self.bom, 3)
        self.extend("mrp.production", "_get_moves_raw_values", self.add_box)
        self.refresh_one(order)
        self.assertIn(self.box, order.move_raw_ids.product_id)
        self.refresh_one(order, "unchanged")

    def test_values_that_an_add_on_adds_to_a_line(self):
        def describe(parent, order, *args, **kwargs):
            vals = parent(*args, **kwargs)
            vals["description_picking"] = "Handle with care"
            return vals

        order = self.make_confirmed_order(self.bom, 3)
        self.extend("mrp.production", "_get_move_raw_values", describe)
        self.add_line(self.bom, self.box, 1)
        self.refresh_one(order)
        box = order.move_raw_ids.filtered(lambda move: move.product_id == self.box)
        self.assertEqual(box.description_picking, "Handle with care")

    def test_an_add_on_is_asked_for_each_of_several_orders_that_are_alike(self):
        def pack_twice(parent, order, *args, **kwargs):
            vals = parent(*args, **kwargs)
            if order.origin == "Export":
                vals["product_uom_qty"] *= 2
            return vals

        orders = self.make_confirmed_order(self.bom, 1)
        orders |= self.make_confirmed_order(self.bom, 1)
        orders[1].origin = "Export"
        self.extend("mrp.production", "_get_move_raw_values", pack_twice)
        orders.refresh_production_orders()
        self.assertEqual(orders.move_raw_ids.mapped("product_uom_qty"), [1, 2])

    def test_an_error_of_an_add_on_leaves_the_order_as_it_was(self):
        def refuse(parent, workorders):
            if workorders:
                raise ValueError("the add-on has a bug")
            return parent()

        order = self.make_confirmed_order(self.bom, 3)
        other = self.make_confirmed_order(self.make_bom(self.box, [(self.top, 1)]), 1)
        self.add_operation(self.bom, "Sand")
        self.bom.bom_line_ids.product_qty = 5
        self.extend("mrp.workorder", "_action_confirm", refuse)
        pipeline = "odoo.addons.mrp_production_refresh.models"
        with self.assertLogs(f"{pipeline}.mrp_production_refresh_pipeline", "ERROR"):
            result = self.refresh(order | other, user=self.planner)
        self.assertEqual((result["failed"], result["refreshed"]), (1, 1))
        self.assertEqual(len(order.workorder_ids), 1)
        self.assertEqual(order.move_raw_ids.product_uom_qty, 3)

    def test_a_guard_of_an_add_on(self):
        pipeline = self.env.registry["mrp.production.refresh.pipeline"]
        self.extend(
            "mrp.production.refresh.pipeline",
            "_get_guards",
            lambda parent, records: (*parent(), "audited"),
        )
        pipeline._guard_audited = lambda records, order, plan: "Ask the auditor."
        self.addCleanup(delattr, pipeline, "_guard_audited")
        order = self.make_confirmed_order(self.bom, 3)
        row = self.refresh_one(order, "refused")
        self.assertEqual((row["code"], row["message"]), ("audited", "Ask the auditor."))
