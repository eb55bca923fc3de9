"""A refresh is the same whatever the context of the caller is."""

from odoo.tests import tagged

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, snapshot


@tagged("post_install", "-at_install")
class TestContexts(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house = cls.make_warehouse(2)
        cls.desk, cls.top, cls.nail = cls.make_products("Desk", "Top", "Nail")
        cls.bench = cls.make_workcenter("Bench")
        cls.bom = cls.make_bom(
            cls.desk, [(cls.top, 1)], [{"name": "Join", "workcenter": cls.bench}]
        )
        cls.planner = cls.make_planner()

    def change_bom(self):
        self.add_line(self.bom, self.nail, 4)
        self.add_operation(self.bom, "Paint", self.bench, sequence=9)
        self.add_operation(self.bom, "Old", self.bench).active = False

    def assert_refreshed(self, **context):
        order = self.make_confirmed_order(self.bom, warehouse=self.house)
        self.change_bom()
        self.env.invalidate_all()
        self.refresh_one(order.with_context(**context), user=self.planner)
        order = self.env["mrp.production"].browse(order.id)
        self.assertEqual(differences(wanted_lines(order), snapshot(order)), [])
        self.assertEqual(order.workorder_ids.mapped("name"), ["Join", "Paint"])
        self.assertEqual(set(order.picking_ids.move_ids.mapped("state")), {"confirmed"})
        self.assertEqual(order.picking_ids.move_ids.product_id, self.top | self.nail)

    def test_defaults_for_new_records(self):
        other = self.make_order(self.bom)
        self.assert_refreshed(
            default_name="Wrong",
            default_state="done",
            default_product_id=self.desk.id,
            default_production_id=other.id,
            default_production_ids=other.ids,
            default_location_id=self.house.view_location_id.id,
            default_picking_type_id=self.house.out_type_id.id,
            default_company_id=0,
        )

    def test_archived_records_in_view(self):
        self.assert_refreshed(active_test=False)

    def test_zone_and_language_of_another_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assert_refreshed(tz="Pacific/Auckland", lang="fr_FR")

    def test_zone_that_there_is_not(self):
        self.assert_refreshed(tz="Mars/Olympus")

    def test_what_only_the_add_on_puts_there(self):
        self.assert_refreshed(
            refresh_boms="none",
            refresh_orderpoints="none",
            refresh_dates_lines=True,
            inbound_filled_location_id=self.house.lot_stock_id.id,
            inbound_keep_requests=True,
            inbound_merging=True,
        )

    def test_plan_with_defaults(self):
        self.env.company.refresh_update_bom = True
        order = self.make_confirmed_order(self.bom)
        order.with_context(
            default_name="Wrong", default_time_type="leave"
        ).button_plan()
        self.assertEqual(order.date_finished, order.date_deadline)
        self.assertEqual(order.workorder_ids.leave_id.time_type, "other")

    def test_nothing_selected(self):
        none = self.env["mrp.production"].with_user(self.planner)
        empty = {
            "refreshed": 0,
            "unchanged": 0,
            "refused": 0,
            "failed": 0,
            "orders": [],
        }
        self.assertEqual(none.refresh_production_orders(), empty)
        self.assertEqual(none.preview_refresh(), empty)
