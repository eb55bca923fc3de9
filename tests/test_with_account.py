"""What a refreshed order costs: the same as a new order. Needs `mrp_account`."""

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestAccount(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("mrp_account")
        cls.planner = cls.make_planner()
        plan = cls.env["account.analytic.plan"].create({"name": "Plant"})
        cls.account = cls.env["account.analytic.account"].create(
            {"name": "Line 1", "plan_id": plan.id}
        )
        category = cls.env["product.category"].create(
            {"name": "Average", "property_cost_method": "average"}
        )
        cls.table, cls.top, cls.leg, cls.glue, cls.chips = (
            cls.make_product(name, categ_id=category.id, standard_price=cost)
            for name, cost in (
                ("Table", 0),
                ("Top", 40),
                ("Leg", 5),
                ("Glue", 2),
                ("Chips", 1),
            )
        )
        for product in (cls.top, cls.leg, cls.glue):
            cls.put_in_stock(product, 500)
        shares = {str(cls.account.id): 100}
        cls.bench, cls.saw = (
            cls.make_workcenter(name, costs_hour=cost, analytic_distribution=shares)
            for name, cost in (("Bench", 30), ("Saw", 60))
        )

    def make_old_bom(self):
        return self.make_bom(
            self.table,
            [(self.top, 2), (self.leg, 3)],
            [{"name": "Assemble", "workcenter": self.bench, "minutes": 30}],
            [{"product": self.chips, "qty": 1, "cost_share": 1}],
        )

    def change(self, bom):
        """Change all that costs."""
        bom.bom_line_ids[0].product_qty = 1
        bom.bom_line_ids[1].product_qty = 4
        self.add_line(bom, self.glue, 3)
        bom.operation_ids.write({"time_cycle_manual": 60})
        self.add_operation(bom, "Cut", self.saw, minutes=20)
        bom.byproduct_ids.write({"cost_share": 8, "product_qty": 2})

    def cost(self, order):
        moves = order.move_raw_ids | order.move_finished_ids
        analytic = order.workorder_ids.wc_analytic_account_line_ids
        return {
            "moves": sorted(
                (move.product_id.name, move.quantity, round(move.value, 2))
                for move in moves
            ),
            "price": round(order.move_finished_ids[0].price_unit, 4),
            "shares": sorted(order.move_byproduct_ids.mapped("cost_share")),
            "analytic": sorted(round(line.amount, 2) for line in analytic),
            "modes": order.workorder_ids.mapped("cost_mode"),
        }

    def test_cost_of_a_refreshed_order_is_that_of_a_new_one(self):
        for planned in (False, True):
            with self.subTest(planned=planned):
                bom = self.make_old_bom()
                refreshed = self.make_confirmed_order(bom, 4, plan=planned)
                self.change(bom)
                new = self.make_confirmed_order(bom, 4, plan=planned)
                self.refresh_one(refreshed, user=self.planner, restore_reservation=True)
                self.do_all_work(new)
                self.do_all_work(refreshed)
                cost = self.cost(refreshed)
                self.assertEqual(cost, self.cost(new))
                # 4 x (40 + 20 + 6) and 4 x (30 + 20) an hour, less 8 % of by-products
                self.assertEqual(cost["price"], round((264 + 200) * 0.92 / 4, 4))
                self.assertEqual(cost["analytic"], [-120, -80])
                self.assertEqual(cost["shares"], [8])

    def test_extra_cost_of_the_order_stays(self):
        bom = self.make_old_bom()
        order = self.make_confirmed_order(bom, 4)
        order.extra_cost = 7
        self.change(bom)
        self.refresh_one(order, user=self.planner, restore_reservation=True)
        self.assertEqual(order.extra_cost, 7)

    def test_removed_work_order_leaves_no_analytic_line(self):
        bom = self.make_old_bom()
        order = self.make_confirmed_order(bom, 4)
        bom.operation_ids.unlink()
        self.refresh_one(order, user=self.planner, restore_reservation=True)
        self.assertFalse(order.workorder_ids)
        lines = self.env["account.analytic.line"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertFalse(lines)

    def test_analytic_lines_of_what_stays(self):
        bom = self.make_old_bom()
        order = self.make_confirmed_order(bom, 4)
        staying = order.move_raw_ids | order.move_finished_ids
        lines = self.env["account.analytic.line"].create(
            [
                {"name": f"By hand {number}", "account_id": self.account.id}
                for number in range(len(staying) + 1)
            ]
        )
        for move, line in zip(staying, lines, strict=False):
            move.analytic_account_line_ids = line
        order.workorder_ids.mo_analytic_account_line_ids = lines[-1]
        work = order.workorder_ids
        self.change(bom)
        self.refresh_one(order, user=self.planner, restore_reservation=True)
        self.assertEqual(lines.exists(), lines)
        for move, line in zip(staying, lines, strict=False):
            self.assertEqual(move.analytic_account_line_ids, line)
        self.assertEqual(work.mo_analytic_account_line_ids, lines[-1])
        self.assertEqual(len(order.workorder_ids - work), 1)
        self.assertFalse((order.workorder_ids - work).mo_analytic_account_line_ids)

    def test_work_that_cost_something_is_not_refreshed(self):
        bom = self.make_old_bom()
        order = self.make_confirmed_order(bom, 4)
        order.workorder_ids.duration = 15
        line = order.workorder_ids.wc_analytic_account_line_ids
        self.assertTrue(line)
        self.change(bom)
        row = self.refresh_one(order, "refused", restore_reservation=True)
        self.assertEqual(row["code"], "started")
        self.assertTrue(line.exists())
