import os

from odoo.tests import tagged

from .common import RefreshCase
from .generator import Scenario, World
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestOracle(RefreshCase):
    """The explosion of the tests says what Odoo makes of a new order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = World(cls)

    def test_new_confirmed_orders_are_as_the_oracle_says(self):
        for seed in range(int(os.environ.get("REFRESH_ORACLE", "25"))):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                scenario = Scenario(self.world, seed)
                scenario.stage = "confirmed"
                order = scenario.make_order()
                found = differences(wanted_lines(order), snapshot(order))
                self.assertFalse(found + orphans(order), "\n".join(scenario.steps))
                savepoint.rollback()
