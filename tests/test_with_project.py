"""Orders of a project: it stays theirs, with its costs. Needs `project_mrp_account`."""

from datetime import timedelta

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestProject(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("project_mrp_account")
        cls.planner = cls.make_planner()
        cls.plan, _others = cls.env["account.analytic.plan"]._get_all_plans()
        cls.fair, cls.shop = cls.make_project("Fair"), cls.make_project("Shop")
        cls.bench = cls.make_workcenter("Bench", costs_hour=60)
        cls.desk, cls.leg, cls.top, cls.glue = cls.make_products(
            "Desk", "Leg", "Top", "Glue", standard_price=5
        )
        cls.bom = cls.make_bom(
            cls.desk,
            [(cls.leg, 4), (cls.top, 1)],
            [{"name": "Assemble", "workcenter": cls.bench}],
        )

    @classmethod
    def make_project(cls, name):
        account = cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": cls.plan.id}
        )
        return cls.env["project.project"].create(
            {"name": name, "account_id": account.id}
        )

    def change_bom(self):
        self.bom.bom_line_ids[0].product_qty = 5
        self.add_line(self.bom, self.glue, 3)
        self.bom.operation_ids.time_cycle_manual = 30
        self.add_operation(self.bom, "Paint", self.bench, minutes=15)

    def costs(self, order):
        lines = order.move_raw_ids.analytic_account_line_ids
        lines |= order.workorder_ids.mo_analytic_account_line_ids
        self.assertEqual(lines.account_id, self.fair.account_id)
        return sorted(round(line.amount, 2) for line in lines)

    def make_order_without_bom(self, product, **values):
        return self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": 3,
                "date_deadline": self.now + timedelta(days=9),
                **values,
            }
        )

    def test_costs_of_the_project_are_those_of_a_new_order(self):
        for product in (self.leg, self.top, self.glue):
            self.put_in_stock(product, 100)
        order = self.make_confirmed_order(self.bom, 2, project_id=self.fair.id)
        self.change_bom()
        self.refresh_one(order, user=self.planner, restore_reservation=True)
        new = self.make_confirmed_order(self.bom, 2, project_id=self.fair.id)
        self.do_all_work(order)
        self.do_all_work(new)
        # 2 x 5 legs, 2 tops, 2 x 3 glue at 5; 2 x 30 and 2 x 15 minutes at 60 an hour
        self.assertEqual(self.costs(order), [-60, -50, -30, -30, -10])
        self.assertEqual(self.costs(order), self.costs(new))

    def test_project_chosen_on_the_order_stays(self):
        self.bom.project_id = self.shop
        orders = self.make_order(self.bom), self.make_confirmed_order(self.bom)
        self.change_bom()
        for order in orders:
            with self.subTest(state=order.state):
                self.assertEqual(order.project_id, self.shop)
                order.project_id = self.fair
                self.refresh_one(order, user=self.planner)
                self.assertEqual(order.project_id, self.fair)
                self.refresh_one(order, "unchanged", user=self.planner)

    def test_order_that_gets_its_bom_keeps_its_project(self):
        for own, of_bom, expected in (
            (self.fair, self.shop, self.fair),
            (self.fair, self.fair.browse(), self.fair),
            (self.fair.browse(), self.shop, self.shop),
        ):
            with self.subTest(own=own.name, bom=of_bom.name):
                stool = self.make_product("Stool")
                order = self.make_order_without_bom(stool, project_id=own.id)
                bom = self.make_bom(stool, [(self.leg, 3)], project_id=of_bom.id)
                self.refresh_one(order, user=self.planner)
                self.assertEqual(order.bom_id, bom)
                self.assertEqual(order.project_id, expected)
                self.refresh_one(order, "unchanged", user=self.planner)
