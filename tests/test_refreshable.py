from datetime import timedelta

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestRefreshable(RefreshCase):
    """*Manufacturing > Planning > Refresh Production Orders*: what can be selected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        table, leg, chair = cls.make_products("Table", "Leg", "Chair")
        cls.lathe = cls.make_workcenter("Lathe 7")
        cls.press = cls.make_workcenter("Press")
        table_bom = cls.make_bom(table, [(leg, 4)], [{"workcenter": cls.lathe}])
        chair_bom = cls.make_bom(chair, [(leg, 4)], [{"workcenter": cls.press}])
        cls.table_order = cls.make_order(table_bom)
        cls.chair_order = cls.make_confirmed_order(chair_bom)
        cls.orders = cls.table_order | cls.chair_order
        action = cls.env.ref("mrp_production_refresh.mrp_production_action_refreshable")
        arch = cls.env["mrp.production"].get_view(action.search_view_id.id, "search")
        cls.view = etree.fromstring(arch["arch"])

    def find(self, kind, name, text=None):
        """Return which of the orders a field or a filter of the search view finds."""
        (node,) = self.view.xpath(f"//{kind}[@name='{name}']")
        domain = node.get("filter_domain" if text else "domain")
        if not domain:
            domain = repr([(name, "ilike", text)])
        domain = safe_eval(domain, {"self": text, "uid": self.env.uid})
        return self.env["mrp.production"].search(domain) & self.orders

    def test_by_what_planners_select(self):
        self.assertEqual(self.find("field", "product_id", "Table"), self.table_order)
        self.assertEqual(self.find("field", "bom_id", "Chair"), self.chair_order)
        self.assertEqual(self.find("filter", "draft"), self.table_order)
        self.assertEqual(self.find("filter", "confirmed"), self.chair_order)
        for name in ("due", "start"):
            self.assertTrue(self.view.xpath(f"//filter[@name='{name}'][@date]"))

    def test_by_responsible(self):
        self.table_order.user_id = self.planner
        self.chair_order.user_id = False
        found = self.find("field", "user_id", self.planner.name)
        self.assertEqual(found, self.table_order)

    def test_by_work_center(self):
        found = self.find("field", "workcenter_id", "Lathe 7")
        self.assertEqual(found, self.table_order)

    def test_by_work_center_of_the_bill_of_materials(self):
        """An order that has no work orders yet will get some from its operations."""
        # mrp_account lets no planner delete one: it reads analytic lines
        self.table_order.sudo().workorder_ids.unlink()
        found = self.find("field", "workcenter_id", "Lathe 7")
        self.assertEqual(found, self.table_order)

    def test_by_what_needs_a_refresh(self):
        self.assertEqual(self.find("filter", "never_refreshed"), self.orders)
        self.refresh(self.table_order)
        self.assertEqual(self.find("filter", "never_refreshed"), self.chair_order)
        self.assertEqual(self.find("filter", "refreshed_today"), self.table_order)
        self.chair_order.date_deadline = False
        self.assertEqual(self.find("filter", "no_due_date"), self.chair_order)
        self.table_order.date_deadline -= timedelta(days=365)
        self.table_order.action_confirm()
        self.assertEqual(self.find("filter", "late"), self.table_order)
