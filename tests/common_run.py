from .common import RefreshCase


class RunCase(RefreshCase):
    """A planner, orders to refresh and `process`, which is the scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.cron = cls.env.ref("mrp_production_refresh.ir_cron_process_refresh_runs")
        cls.run_model = cls.env["mrp.production.refresh.run"]

    @classmethod
    def make_stale_orders(cls, count, workcenter=None, **values):
        """Return draft orders whose bill of materials changed since."""
        table, board, leg = cls.make_products("Table", "Board", "Leg")
        operations = [{"workcenter": workcenter}] if workcenter else []
        bom = cls.make_bom(table, [(board, 1)], operations)
        orders = cls.env["mrp.production"].concat(
            *(cls.make_order(bom, **values) for _number in range(count))
        )
        cls.add_line(bom, leg, 4)
        return orders

    def start(self, orders, user=None, **options):
        """Return the run of these orders, started by a planner."""
        orders = orders.with_user(user or self.planner)
        return orders._refresh_in_background(**options).sudo()

    def process(self):
        """Run the scheduled action as Odoo does."""
        with self.enter_registry_test_mode():
            self.assertEqual(self.cron.method_direct_trigger(), True)

    def set_parameter(self, name, value):
        self.env["ir.config_parameter"].set_param(
            f"mrp_production_refresh.{name}", value
        )
