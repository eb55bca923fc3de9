"""How many queries a refresh takes: so many a call, and so many more an order."""

from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import RefreshCase

FEW, MANY = 4, 12


class QueryCountCase(RefreshCase):
    """Confirmed and refreshed orders, in a warehouse of so many steps."""

    steps = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.make_warehouse(cls.steps)
        cls.planner = cls.make_planner()
        cls.desk, cls.top, cls.leg = cls.make_products("Desk", "Top", "Leg")
        cls.bom = cls.make_bom(
            cls.desk,
            [{"product": cls.top, "operation": "Assemble"}, (cls.leg, 4)],
            [{"name": "Cut", "minutes": 20}, {"name": "Assemble", "minutes": 10}],
        )
        cls.orders = cls.env["mrp.production"].union(
            *(
                cls.make_confirmed_order(
                    cls.bom,
                    2,
                    warehouse=warehouse,
                    date_deadline=datetime(2030, 2, 1, 16),
                )
                for _number in range(FEW + MANY)
            )
        )
        cls.refresh(cls.orders)

    def count(self, orders, preview=False):
        """Return the queries of a call, as a new transaction makes them."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        orders = orders.with_user(self.planner)
        orders.preview_refresh() if preview else orders.refresh_production_orders()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def count_each(self, change=None, preview=False):
        """Return the queries that one more order takes."""
        if change:
            change(self.orders)
        self.count(self.orders[:1], preview)  # what Odoo keeps for all calls
        few, many = self.orders[1:FEW], self.orders[FEW:]
        counts = [self.count(some, preview) for some in (few, many)]
        return (counts[1] - counts[0]) / (len(many) - len(few))


@tagged("post_install", "-at_install")
class TestQueryCount(QueryCountCase):
    def test_orders_that_do_not_change_take_none(self):
        self.assertEqual(self.count_each(), 0)

    def test_previews_take_none(self):
        self.bom.bom_line_ids[1].product_qty = 5
        self.assertEqual(self.count_each(preview=True), 0)

    def test_orders_that_move_take_one_at_most(self):
        def postpone(orders):
            for order in orders:
                order.date_deadline += timedelta(days=7)

        self.assertLessEqual(self.count_each(postpone), 1)

    def test_orders_with_another_component_quantity_take_two_at_most(self):
        def change(orders):
            self.bom.bom_line_ids[1].product_qty = 5

        self.assertLessEqual(self.count_each(change), 2)

    def test_orders_with_another_quantity_take_what_odoo_reserves_one_by_one(self):
        def enlarge(orders):
            orders.product_qty = 3

        self.assertLessEqual(self.count_each(enlarge), 10)


@tagged("post_install", "-at_install")
class TestQueryCountTwoSteps(QueryCountCase):
    """Transfers that bring the components are read for all orders together."""

    steps = 2

    def test_orders_that_do_not_change_take_none(self):
        self.assertTrue(self.orders[0].picking_ids)
        self.assertEqual(self.count_each(), 0)

    def test_previews_of_a_smaller_quantity_take_none(self):
        self.orders.product_qty = 1
        self.assertEqual(self.count_each(preview=True), 0)


@tagged("post_install", "-at_install")
class TestQueryCountToOrder(TestQueryCountTwoSteps):
    """Child orders that make components are read for all orders together."""

    @classmethod
    def make_products(cls, *names):
        """Return products of which the first component is made to order."""
        made, top, *others = super().make_products(*names)
        top.route_ids = cls.mto_route | cls.manufacture_route
        cls.make_bom(top, [(others[0], 2)])
        return made, top, *others

    def test_orders_have_child_orders(self):
        self.assertTrue(self.orders[0]._get_children())
