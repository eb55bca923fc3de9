"""Odoo's *Update BoM* and *Plan* buttons, with and without the company's setting."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestUpdateBom(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.saw, cls.bench = cls.make_workcenter("Saw"), cls.make_workcenter("Bench")
        cls.desk, cls.top, cls.leg, cls.glue, cls.chips = cls.make_products(
            "Desk", "Top", "Leg", "Glue", "Chips"
        )
        cls.bom = cls.make_bom(
            cls.desk,
            [
                {"product": cls.top, "operation": "Cut"},
                {"product": cls.leg, "qty": 4, "operation": "Assemble"},
            ],
            operations=[
                {"name": "Cut", "workcenter": cls.saw, "minutes": 30},
                {"name": "Assemble", "workcenter": cls.bench},
            ],
            byproducts=[{"product": cls.chips, "qty": 2, "cost_share": 5}],
        )

    def orders(self, **values):
        """Return orders of the kinds that Update BoM is offered for."""
        return {
            "draft": self.make_order(self.bom, 3, **values),
            "confirmed": self.make_confirmed_order(self.bom, 3, **values),
            "planned": self.make_confirmed_order(self.bom, 3, plan=True, **values),
        }

    def assert_as_master_data(self, order):
        # Odoo links the work orders of a draft when it is confirmed
        skip = ("work_order", "blocked_by") if order.state == "draft" else ()
        self.assertEqual(differences(wanted_lines(order), snapshot(order), skip), [])

    def change_bom(self):
        cut, assemble = self.bom.operation_ids
        top, leg = self.bom.bom_line_ids
        leg.product_qty = 3
        top.operation_id = assemble
        cut.workcenter_id = self.bench
        assemble.time_cycle_manual = 90
        self.bom.byproduct_ids.product_qty = 5
        self.add_operation(self.bom, "Finish", self.saw, sequence=9)
        self.add_line(self.bom, self.glue, 2, operation="Finish")

    def test_with_the_setting_it_is_a_refresh(self):
        self.env.company.refresh_update_bom = True
        by_button, by_refresh = self.orders(), self.orders()
        self.change_bom()
        for kind, order in by_button.items():
            with self.subTest(kind=kind):
                twin = by_refresh[kind]
                self.assertTrue(order.is_outdated_bom or kind == "draft")
                order.with_user(self.planner).action_update_bom()
                self.refresh_one(twin, user=self.planner, restore_reservation=True)
                self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
                self.assert_as_master_data(order)
                self.assertEqual(orphans(order), [])
                self.assertFalse(order.is_outdated_bom)
                self.assertEqual(order.refresh_user_id, self.planner)
                self.refresh_one(order, "unchanged", restore_reservation=True)

    def test_without_the_setting_it_is_odoo(self):
        self.assertFalse(self.env.company.refresh_update_bom)
        by_button, by_method = self.orders(), self.orders()
        self.change_bom()
        for kind, order in by_button.items():
            with self.subTest(kind=kind):
                twin = by_method[kind]
                order.action_update_bom()
                # what Odoo 19's button does: mrp.production.action_update_bom
                if twin.bom_id:
                    twin._link_bom(twin.bom_id)
                self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
                self.assertFalse(order.is_outdated_bom)
                self.assertFalse(order.refresh_date)

    def test_what_odoo_does_is_no_handwork(self):
        orders = self.env["mrp.production"].union(*self.orders().values())
        legs = orders.move_raw_ids.filtered(lambda move: move.product_id == self.leg)
        legs.product_uom_qty = 50
        self.change_bom()
        self.bom.byproduct_ids.cost_share = 9
        orders.action_update_bom()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.bom_line_ids.product_qty = 8
        for row in orders.preview_refresh()["orders"]:
            changes = [c for c in row["changes"] if c["manual"]]
            self.assertEqual(changes, [], row["name"])

    def test_handwork_that_odoo_leaves_alone_is_handwork_still(self):
        order = self.make_confirmed_order(self.bom, 3)
        order.move_byproduct_ids.cost_share = 9
        self.bom.bom_line_ids[1].product_qty = 3
        order.action_update_bom()
        order.invalidate_recordset(["refresh_handwork_count"])
        self.assertEqual(order.refresh_handwork_count, 1)

    def test_several_orders_at_once(self):
        self.env.company.refresh_update_bom = True
        orders = self.env["mrp.production"].union(*self.orders().values())
        self.change_bom()
        orders.with_user(self.planner).action_update_bom()
        for order in orders:
            self.assert_as_master_data(order)
        self.assertEqual(set(orders.mapped("is_outdated_bom")), {False})

    def test_company_options_do_not_make_it_partial(self):
        self.env.company.write(
            {
                "refresh_update_bom": True,
                "refresh_calculate_lines": False,
                "refresh_calculate_routings": False,
            }
        )
        order = self.make_confirmed_order(self.bom, 3)
        self.change_bom()
        order.action_update_bom()
        self.assert_as_master_data(order)

    def test_order_without_due_date(self):
        self.env.company.refresh_update_bom = True
        order = self.make_confirmed_order(self.bom, 3, date_deadline=False)
        self.change_bom()
        order.date_deadline = False
        order.action_update_bom()
        self.assert_as_master_data(order)

    def test_reserved_order_keeps_what_it_reserved(self):
        self.env.company.refresh_update_bom = True
        for product in (self.top, self.leg, self.glue):
            self.put_in_stock(product, 50)
        order = self.make_confirmed_order(self.bom, 3)
        order.action_assign()
        self.change_bom()
        order.action_update_bom()
        legs = order.move_raw_ids.filtered(lambda move: move.product_id == self.leg)
        self.assertEqual((legs.product_uom_qty, legs.quantity), (9, 9))

    def test_started_order_is_refused_whole(self):
        self.env.company.refresh_update_bom = True
        order = self.make_confirmed_order(self.bom, 3)
        order.qty_producing = 1
        order._set_qty_producing(False)
        self.change_bom()
        before = snapshot(order)
        # Odoo offers the button for these too; ours never touches recorded work
        with self.assertRaises(UserError):
            order.action_update_bom()
        self.assertEqual(differences(before, snapshot(order)), [])

    def test_order_of_another_bom(self):
        """A draft with another BoM than the product's first is refreshed from it."""
        other = self.make_bom(self.desk, [(self.glue, 7)], sequence=9)
        self.env.company.refresh_update_bom = True
        order = self.make_confirmed_order(other, 2, product=self.desk)
        other.bom_line_ids.product_qty = 8
        order.action_update_bom()
        self.assertEqual(order.move_raw_ids.product_uom_qty, 16)
        self.assertEqual(order.bom_id, other)

    def test_plan_by_availability_waits_for_the_components(self):
        arrival = self.now + timedelta(days=4)
        supplier = self.env.ref("stock.stock_location_suppliers")
        receipts = self.env["stock.move"].create(
            [
                {
                    "product_id": line.product_id.id,
                    "product_uom_qty": 100,
                    "location_id": supplier.id,
                    "location_dest_id": self.warehouse.lot_stock_id.id,
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "date": arrival,
                }
                for line in self.bom.bom_line_ids
            ]
        )
        receipts._action_confirm()
        for wanted, due in (
            (arrival, self.now + timedelta(days=2)),
            (arrival, self.now + timedelta(days=6)),
        ):
            for on in (False, True):
                with self.subTest(on=on, due=due):
                    self.env.company.refresh_update_bom = on
                    order = self.make_confirmed_order(self.bom, 1, date_deadline=due)
                    order.with_user(
                        self.planner
                    ).action_plan_with_components_availability()
                    self.assertTrue(order.is_planned)
                    self.assertGreaterEqual(order.date_start, wanted)

    def test_plan_keeps_lines_that_were_changed_by_hand(self):
        self.env.company.refresh_update_bom = True
        order = self.make_confirmed_order(self.bom, 1)
        legs = order.move_raw_ids.filtered(lambda move: move.product_id == self.leg)
        legs.product_uom_qty = 6
        self.change_bom()
        order.button_plan()
        self.assertEqual(legs.product_uom_qty, 6)
        self.assertEqual(len(order.workorder_ids), 2)
