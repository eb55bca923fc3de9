import os

from odoo.tests import tagged

from .common import RefreshCase
from .generator import Scenario, World
from .generator_edits import edit_bom
from .generator_hand import edit_order
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
        for seed in range(int(os.environ.get("REFRESH_ORACLE", "10"))):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                scenario = Scenario(self.world, seed)
                self.assert_as_oracle(scenario, self.confirmed(scenario))
                savepoint.rollback()

    def test_new_orders_of_an_edited_bom_are_as_the_oracle_says(self):
        for seed in range(int(os.environ.get("REFRESH_ORACLE", "10"))):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                scenario = Scenario(self.world, seed)
                old = scenario.make_order()
                edit_order(scenario, old)
                edit_bom(scenario)
                self.assert_as_oracle(scenario, self.confirmed(scenario, old))
                savepoint.rollback()

    def confirmed(self, scenario, like=None):
        scenario.stage = "confirmed"
        return scenario.make_order(like=like)

    def assert_as_oracle(self, scenario, order):
        found = differences(wanted_lines(order), snapshot(order)) + orphans(order)
        self.assertFalse(found, "\n".join(scenario.steps))
