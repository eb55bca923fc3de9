"""Each guard: its code, a text that helps, and an order exactly as it was."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import Form, tagged

from .common import RefreshCase
from .snapshot import all_values


@tagged("post_install", "-at_install")
class TestGuards(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cake, cls.flour, cls.egg = cls.make_products("Cake", "Flour", "Egg")
        cls.oven = cls.make_workcenter("Oven", cls.office_hours)
        cls.bom = cls.make_bom(
            cls.cake,
            [(cls.flour, 2), (cls.egg, 3)],
            [{"name": "Bake", "workcenter": cls.oven, "minutes": 30}],
        )
        cls.due = datetime(2030, 1, 16, 16, 0)

    def assert_refused(self, order, code, words, **options):
        """Refuse with a code, by refresh and preview alike, and change nothing."""
        before = all_values(order)
        row = self.refresh_one(order, "refused", **options)
        self.assertEqual(row["code"], code, row["message"])
        for word in (words,) if isinstance(words, str) else words:
            self.assertIn(word, row["message"])
        self.assertEqual(all_values(order), before)
        preview = order.preview_refresh(**options)["orders"][0]
        self.assertEqual((preview["code"], preview["message"]), (code, row["message"]))
        self.assertEqual(all_values(order), before)

    def confirmed(self, qty=1, **values):
        values.setdefault("date_deadline", self.due)
        order = self.make_confirmed_order(self.bom, qty, **values)
        # so that a refresh would have something to lose
        self.bom.bom_line_ids[0].product_qty += 1
        return order

    def test_done(self):
        order = self.confirmed()
        self.put_in_stock(self.flour, 10)
        self.put_in_stock(self.egg, 10)
        order.action_assign()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assert_refused(order, "done", order.name)

    def test_cancelled(self):
        order = self.confirmed()
        order.action_cancel()
        self.assert_refused(order, "cancelled", order.name)

    def test_no_bom(self):
        plain = self.make_product("Plain")
        order = self.env["mrp.production"].create(
            {
                "product_id": plain.id,
                "product_qty": 1,
                "bom_id": False,
                "date_deadline": self.due,
            }
        )
        self.assert_refused(order, "no_bom", ("Plain", "Create a bill of materials"))

    def test_bom_that_is_found_is_assigned(self):
        for confirm in (False, True):
            with self.subTest(confirm=confirm):
                product, part = self.make_products("Late BoM", "Part")
                order = self.env["mrp.production"].create(
                    {
                        "product_id": product.id,
                        "product_qty": 3,
                        "product_uom_id": self.dozen.id,
                        "date_deadline": self.due,
                    }
                )
                order.move_raw_ids = [
                    Command.create({"product_id": part.id, "product_uom_qty": 1})
                ]
                if confirm:
                    order.action_confirm()
                bom = self.make_bom(
                    product,
                    [(part, 2)],
                    [{"name": "Do", "workcenter": self.oven, "minutes": 10}],
                )
                preview = order.preview_refresh()
                self.assertFalse(order.bom_id)
                self.assertEqual(self.refresh(order), preview)
                self.assertEqual(order.bom_id, bom)
                self.assertEqual(
                    (order.product_qty, order.product_uom_id), (3, self.dozen)
                )
                self.assertEqual(order.move_raw_ids.product_uom_qty, 72)
                self.assertEqual(order.workorder_ids.duration_expected, 30)
                self.refresh_one(order, "unchanged")

    def test_bom_that_is_found_leaves_the_place_of_work(self):
        """Odoo 19 sets the locations of the operation type when a BoM is set."""
        place = self.env["stock.location"].create(
            {"name": "Corner", "location_id": self.warehouse.view_location_id.id}
        )
        product, part = self.make_products("Found later", "Part")
        for confirm in (False, True):
            with self.subTest(confirm=confirm):
                order = self.env["mrp.production"].create(
                    {
                        "product_id": product.id,
                        "bom_id": False,
                        "product_qty": 2,
                        "date_deadline": self.now + timedelta(days=5),
                        "location_src_id": place.id,
                        "location_dest_id": place.id,
                    }
                )
                if confirm:
                    self.env["stock.move"].create(
                        {
                            "product_id": part.id,
                            "product_uom_qty": 1,
                            "raw_material_production_id": order.id,
                            "location_id": place.id,
                            "location_dest_id": order.production_location_id.id,
                        }
                    )
                    order.action_confirm()
                bom = self.make_bom(product, [(part, 3)])
                self.assertFalse(order.bom_id)
                self.refresh_one(order)
                self.assertRecordValues(
                    order,
                    [
                        {
                            "bom_id": bom.id,
                            "location_src_id": place.id,
                            "location_dest_id": place.id,
                        }
                    ],
                )
                self.assertEqual(order.move_raw_ids.location_id, place)
                self.assertEqual(order.move_finished_ids.location_dest_id, place)
                bom.active = False

    def test_archived_bom(self):
        order = self.confirmed()
        self.bom.active = False
        self.assert_refused(order, "bom_archived", "archived")

    def test_archived_kit(self):
        kit = self.make_kit(self.egg, [(self.make_product("Yolk"), 1)])
        order = self.confirmed()
        kit.action_archive()
        self.assert_refused(order, "bom_archived", "kit")

    def test_archived_workcenter(self):
        order = self.confirmed()
        self.oven.active = False
        self.assert_refused(order, "bom_archived", "Oven")

    def test_no_due_date_stops_back_only(self):
        order = self.confirmed(date_deadline=False)
        order.move_finished_ids.date_deadline = False
        order.date_deadline = False
        self.assert_refused(order, "no_due_date", "due date")
        self.refresh_one(order, scheduling_direction="forward")
        order.date_deadline = False
        self.refresh_one(order, due_date="2030-01-16 16:00:00")
        self.assertEqual(order.date_finished, self.due)
        self.assertEqual(order.date_deadline, self.due)

    def test_reserved(self):
        self.put_in_stock(self.flour, 10)
        order = self.confirmed()
        order.action_assign()
        self.assert_refused(
            order, "reserved", ("Flour: 2 Units", "Restore Reservation")
        )
        self.refresh_one(
            order,
            calculate_lines=False,
            calculate_components=False,
        )
        self.refresh_one(order, restore_reservation=True)

    def test_components_out_of_stock_tracking_are_not_reserved(self):
        self.flour.is_storable = False
        order = self.confirmed()
        order.action_assign()
        self.assertEqual(order.move_raw_ids[0].state, "assigned")
        self.refresh_one(order)
        self.assertEqual(order.move_raw_ids[0].quantity, 3)

    # started

    def test_quantity_producing_set(self):
        order = self.confirmed(qty=5)
        with Form(order) as form:
            form.qty_producing = 2
        self.assert_refused(order, "started", order.name)

    def test_component_consumed(self):
        order = self.confirmed()
        order.move_raw_ids[0].write({"quantity": 1, "picked": True})
        self.assert_refused(order, "started", "Flour")

    def test_work_order_started(self):
        order = self.confirmed()
        order.workorder_ids.button_start()
        self.assert_refused(order, "started", order.name)

    def test_work_order_done(self):
        order = self.confirmed()
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assert_refused(order, "started", order.name)

    def test_time_tracked(self):
        order = self.confirmed()
        self.env["mrp.workcenter.productivity"].create(
            {
                "workorder_id": order.workorder_ids.id,
                "workcenter_id": self.oven.id,
                "loss_id": self.env["mrp.workcenter.productivity.loss"]
                .search([("loss_type", "=", "productive")], limit=1)
                .id,
                "date_start": self.now,
                "date_end": self.now + timedelta(minutes=5),
            }
        )
        self.assert_refused(order, "started", "Bake")

    # schedule

    def test_no_calendar(self):
        order = self.confirmed()
        self.oven.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Never", "tz": "UTC", "attendance_ids": [Command.clear()]}
        )
        self.assert_refused(order, "no_calendar", "Oven")

    def test_no_slot(self):
        order = self.confirmed()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed for good",
                "resource_id": self.oven.resource_id.id,
                "calendar_id": self.oven.resource_calendar_id.id,
                "date_from": datetime(2030, 1, 1),
                "date_to": datetime(2040, 1, 1),
                "time_type": "leave",
            }
        )
        self.assert_refused(order, "no_slot", "Oven")

    def test_dates_beyond_all_calendars_are_no_slot(self):
        order = self.confirmed()
        for far in ("2060-01-01 10:00:00", "8999-12-31 23:59:59"):
            for values in (
                {"due_date": far},
                {"scheduling_direction": "forward", "start_date": far},
            ):
                with self.subTest(values):
                    self.assert_refused(order, "no_slot", "Oven", **values)
