"""Orders of several companies in one call, and readers elsewhere in the world."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import NOW, RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestCompanies(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company
        cls.abroad = cls.env["res.company"].create(
            {"name": "Abroad", "currency_id": cls.other_currency().id}
        )
        cls.env.user.company_ids += cls.abroad
        cls.companies = cls.home | cls.abroad
        cls.env = cls.env(context={"allowed_company_ids": cls.companies.ids})
        cls.houses = {cls.home: cls.warehouse}
        cls.houses[cls.abroad] = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.abroad.id)], limit=1
        )
        cls.houses[cls.abroad].manufacture_steps = "pbm"
        cls.planner = cls.make_planner(company_ids=[Command.set(cls.companies.ids)])
        cls.desk, cls.top, cls.leg = cls.make_products("Desk", "Top", "Leg")
        hours = {cls.home: (8, 16), cls.abroad: (20, 24)}
        cls.boms, cls.orders = {}, {}
        for company in cls.companies:
            calendar = cls.make_calendar(company.name, range(5), hours[company])
            calendar.company_id = company
            center = cls.make_workcenter(
                f"Bench of {company.name}", calendar, company_id=company.id
            )
            cls.boms[company] = cls.make_bom(
                cls.desk,
                [(cls.top, 1), (cls.leg, 4)],
                [{"name": "Assemble", "workcenter": center}],
                company_id=company.id,
            )
            cls.orders[company] = cls.make_confirmed_order(
                cls.boms[company],
                2,
                warehouse=cls.houses[company],
                company_id=company.id,
            )
        cls.both = cls.orders[cls.home] | cls.orders[cls.abroad]

    @classmethod
    def other_currency(cls):
        domain = [("id", "!=", cls.env.company.currency_id.id)]
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search(domain, limit=1)
        currency.active = True
        return currency

    def change_boms(self):
        for number, bom in enumerate(self.boms.values()):
            bom.bom_line_ids[1].product_qty = 5 + number

    def test_each_order_is_refreshed_in_its_company(self):
        self.change_boms()
        for active in (self.companies, self.abroad | self.home):
            orders = self.both.with_user(self.planner).with_context(
                allowed_company_ids=active.ids
            )
            result = orders.refresh_production_orders(restore_reservation=True)
            self.assertEqual(
                [row["id"] for row in result["orders"]], self.both.ids, result
            )
        self.assertEqual(result["unchanged"], 2)
        for company, order in self.orders.items():
            house = self.houses[company]
            self.assertEqual(differences(wanted_lines(order), snapshot(order)), [])
            self.assertEqual(orphans(order), [])
            moves = order.move_raw_ids | order.move_finished_ids
            self.assertEqual(moves.company_id, company)
            self.assertEqual(moves.warehouse_id, house)
            self.assertEqual(order.workorder_ids.company_id, company)
            self.assertEqual(order.workorder_ids.leave_id.company_id, company)
        # due at 8 on a Thursday: the last hours that each company works before
        home, abroad = (order.workorder_ids for order in self.both)
        self.assertEqual(home.date_finished, datetime(2030, 1, 16, 16, 0))
        self.assertEqual(abroad.date_finished, datetime(2030, 1, 17, 0, 0))
        self.assertEqual(self.orders[self.abroad].picking_ids.company_id, self.abroad)

    def test_new_lines_and_transfers_are_those_of_the_company(self):
        glue = self.make_product("Glue")
        for bom in self.boms.values():
            self.add_line(bom, glue, 1)
        self.refresh(self.both, user=self.planner)
        for company, order in self.orders.items():
            move = order.move_raw_ids.filtered(lambda m: m.product_id == glue)
            self.assertEqual(move.company_id, company)
            self.assertEqual(move.location_id.company_id, company)
            if company == self.abroad:
                self.assertEqual(move.move_orig_ids.company_id, company)

    def test_bill_of_materials_that_another_company_changed(self):
        shelf, glue = self.make_products("Shelf", "Glue")
        bom = self.make_bom(shelf, [(self.top, 1), (self.leg, 2)], company_id=False)
        order = self.make_confirmed_order(bom, 3)
        stranger = self.make_planner(
            "refresh_engineer",
            company_ids=[Command.set(self.abroad.ids)],
            company_id=self.abroad.id,
        )
        stranger.group_ids += self.env.ref("mrp.group_mrp_manager")
        theirs = bom.with_user(stranger).with_context(
            allowed_company_ids=self.abroad.ids
        )
        theirs.write(
            {
                "bom_line_ids": [
                    Command.update(bom.bom_line_ids[0].id, {"product_qty": 4}),
                    Command.unlink(bom.bom_line_ids[1].id),
                    Command.create({"product_id": glue.id, "product_qty": 5}),
                ]
            }
        )
        mine = order.with_context(allowed_company_ids=self.home.ids)
        self.refresh_one(mine, user=self.planner)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in order.move_raw_ids},
            {self.top: 12, glue: 15},
        )
        self.assertEqual(order.move_raw_ids.company_id, self.home)
        self.refresh_one(mine, "unchanged", user=self.planner)

    def test_each_company_has_its_own_defaults(self):
        self.abroad.refresh_scheduling_direction = "forward"
        self.refresh(self.both, user=self.planner)
        home, abroad = (order.workorder_ids for order in self.both)
        self.assertEqual(home.date_finished, datetime(2030, 1, 16, 16, 0))
        self.assertEqual(abroad.date_start, datetime(2030, 1, 8, 20, 0))

    def test_update_bom_setting_is_the_companys(self):
        self.abroad.refresh_update_bom = True
        self.change_boms()
        self.both.action_update_bom()
        self.assertFalse(self.orders[self.home].refresh_date)
        self.assertTrue(self.orders[self.abroad].refresh_date)

    def test_user_of_one_company_may_not_touch_the_other(self):
        stranger = self.make_planner("refresh_stranger", company_id=self.home.id)
        self.change_boms()
        before = [snapshot(order) for order in self.both]
        for method in ("refresh_production_orders", "preview_refresh"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.both.with_user(stranger), method)()
        self.assertEqual([snapshot(order) for order in self.both], before)
        self.refresh_one(
            self.orders[self.home].with_context(allowed_company_ids=self.home.ids),
            user=stranger,
        )

    def test_order_of_a_company_that_is_not_chosen(self):
        """Who may work in both but has switched one off is asked to switch it on."""
        orders = self.both.with_user(self.planner).with_context(
            allowed_company_ids=self.home.ids
        )
        with self.assertRaises(AccessError):
            orders.refresh_production_orders()

    def test_several_companies_cost_no_more_queries_an_order(self):
        self.refresh(self.both, user=self.planner)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        self.refresh_one(self.orders[self.home], "unchanged", user=self.planner)
        one = self.cr.sql_log_count - start
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        self.refresh(self.both, user=self.planner)
        self.assertLess(self.cr.sql_log_count - start, 2 * one + 20)


@tagged("post_install", "-at_install")
class TestReaders(RefreshCase):
    """The reader's language and time zone, never the server's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.desk, cls.leg = cls.make_products("Desk", "Leg")
        cls.leg.with_context(lang="fr_FR").name = "Pied"
        cls.bom = cls.make_bom(
            cls.desk,
            [(cls.leg, 4)],
            [{"name": "Assemble", "workcenter": cls.make_workcenter()}],
        )
        cls.reader = cls.make_planner(lang="fr_FR", tz="America/New_York")

    def test_names_are_in_the_readers_language(self):
        order = self.make_confirmed_order(self.bom, 1)
        self.bom.bom_line_ids.product_qty = 5
        for lang, name in (("fr_FR", "Pied"), ("en_US", "Leg")):
            row = (
                order.with_user(self.reader)
                .with_context(lang=lang)
                .preview_refresh()["orders"][0]
            )
            change = next(c for c in row["changes"] if c["kind"] == "component")
            self.assertEqual(change["name"], name)

    def test_operation_keeps_the_name_that_a_new_order_has(self):
        """Names of work orders are stored once, whatever the reader's language."""
        self.bom.operation_ids.with_context(lang="fr_FR").name = "Monter"
        order = self.make_confirmed_order(self.bom, 1)
        self.refresh_one(order)
        self.refresh_one(order.with_context(lang="fr_FR"), "unchanged")

    def test_time_zone_of_the_reader_does_not_move_the_schedule(self):
        plans = []
        for zone in ("UTC", "America/New_York", "Pacific/Auckland"):
            self.reader.tz = zone
            order = self.make_confirmed_order(self.bom, 1)
            row = self.refresh_one(
                order.with_context(tz=zone),
                user=self.reader,
                due_date="2030-01-20 12:00:00",
            )
            plans.append((row["date_start"], row["date_finished"]))
            order.action_cancel()
        self.assertEqual(set(plans), {("2030-01-20 11:00:00", "2030-01-20 12:00:00")})

    def test_work_center_elsewhere(self):
        """Working hours are those of the calendar's own zone."""
        zone = self.make_calendar("Auckland", range(5), (8, 16))
        zone.tz = "Pacific/Auckland"  # 13 hours ahead of UTC in January
        self.bom.operation_ids.workcenter_id.resource_calendar_id = zone
        order = self.make_confirmed_order(
            self.bom, 1, date_deadline=NOW + timedelta(days=2, hours=4)
        )
        self.refresh_one(order, user=self.reader)
        self.assertEqual(order.date_finished, datetime(2030, 1, 9, 3, 0))
