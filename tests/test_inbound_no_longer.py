"""An open request at a location that requires put-away no more."""

from contextlib import contextmanager
from itertools import product

from odoo.tests import tagged

from .common_inbound import OpenRequestCase

WAYS = [*product(("none", "directed"), (False, True))]


@tagged("post_install", "-at_install")
class TestInboundNoLonger(OpenRequestCase):
    def setUp(self):
        super().setUp()
        self.names = self.components.name, self.output.name

    def stop(self, processing, by_parent):
        """Require put-away no more, at both locations of the order."""
        if by_parent:
            self.workshop.putaway_processing = processing
        else:
            (self.parts | self.outlet).putaway_processing = processing

    @contextmanager
    def way(self, processing, by_parent):
        with self.subTest(processing=processing, by_parent=by_parent):
            with self.env.cr.savepoint() as savepoint:
                self.stop(processing, by_parent)
                yield
                savepoint.rollback()
            self.env.invalidate_all()

    def tell(self, **options):
        """Return the rows of a preview and of the refresh that it shows."""
        preview = self.preview(self.order, **options)
        return preview, self.ask(self.order, preview["status"], **options)

    def test_it_is_removed_and_the_report_says_so(self):
        for way in WAYS:
            with self.way(*way):
                requests = self.components | self.output
                for row in self.tell():
                    self.assertEqual(row["status"], "refreshed")
                    self.assertEqual(len(row["warnings"]), 2)
                    for name, note in zip(self.names, row["inbound"], strict=True):
                        self.assertIn(f"{name} is removed", note)
                self.assertFalse(row["inbound_picking_ids"])
                self.assertFalse(requests.exists())
                self.assertFalse(self.order.activity_ids)
                row = self.ask(self.order, "unchanged")
                self.assertFalse(row["inbound"])

    def test_the_order_goes_on_without_it(self):
        self.stop("none", by_parent=True)
        self.ask(self.order)
        for part in (self.leg, self.glue):
            self.put_in_stock(part, 8, self.parts)
        self.order.action_assign()
        self.assertEqual(self.order.reservation_state, "assigned")
        self.produce(self.order, 2)
        self.assertEqual(self.order.state, "done")
        self.assertFalse(self.requests(self.order))
        quants = self.env["stock.quant"]._gather(self.table, self.outlet)
        self.assertEqual(sum(quants.mapped("quantity")), 2)

    def test_one_leg_of_two(self):
        self.outlet.putaway_processing = "none"
        for row in self.tell():
            self.assertEqual(row["inbound_picking_ids"][:1], self.components.ids)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.contents(self.components), {"Leg": 8, "Glue": 2})

    def test_without_the_option_the_planner_is_warned(self):
        for way in WAYS:
            with self.way(*way):
                requests = self.components | self.output
                for row in self.tell(create_inbound_request=False):
                    self.assertEqual(row["status"], "unchanged")
                    for name, warning in zip(self.names, row["warnings"], strict=True):
                        self.assertIn(
                            f"{name} is open, but put-away is no longer", warning
                        )
                        self.assertIn("Create Inbound Request to remove it", warning)
                    self.assertEqual(row["inbound_picking_ids"], requests.ids)
                self.assertEqual(self.contents(self.components), {"Leg": 8, "Glue": 2})

    def test_dialog_shows_it(self):
        self.stop("none", by_parent=False)
        action = self.order.with_user(self.planner).action_refresh()
        dialog = self.env["mrp.production.refresh"].with_user(self.planner)
        dialog = dialog.with_context(**action["context"])
        for asked, text in ((True, "is removed"), (False, "is open, but")):
            wizard = dialog.create(
                {"create_inbound_request": asked, "restore_reservation": True}
            )
            self.assertIn(f"{self.components.name} {text}", wizard.preview)

    def test_what_a_worker_picked_stays(self):
        legs = self.components.move_ids.filtered(lambda m: m.product_id == self.leg)
        legs.write({"quantity": 5, "picked": True})
        self.stop("none", by_parent=False)
        for row in self.tell():
            text = " ".join(row["warnings"])
            self.assertIn(f"somebody has begun with {self.components.name}", text)
            self.assertIn(f"{self.names[1]} is removed", row["inbound"][0])
        self.assertEqual(self.contents(self.components), {"Leg": 5})
        self.assertEqual((legs.quantity, legs.picked), (5, True))
        for options in ({}, {"create_inbound_request": False}):
            for row in self.tell(**options):
                self.assertEqual(row["status"], "unchanged")
                text = " ".join(row["warnings"])
                self.assertIn(f"somebody has begun with {self.components.name}", text)

    def test_order_moved_to_a_place_without_put_away(self):
        self.order.location_src_id = self.stock
        self.order.move_raw_ids.location_id = self.stock
        for row in self.tell():
            self.assertIn(f"{self.names[0]} is removed", " ".join(row["inbound"]))
        self.assertFalse(self.components.exists())
        self.assertTrue(self.output.exists())

    def test_it_goes_when_the_order_is_made_elsewhere(self):
        for steps in (1, 2, 3):
            house = self.make_warehouse(steps)
            with self.subTest(steps=steps), self.env.cr.savepoint() as savepoint:
                requests = self.components | self.output
                self.order.picking_type_id = house.manu_type_id
                self.env.flush_all()
                self.env.invalidate_all()
                self.ask(self.order)
                self.assertFalse(self.open_requests(self.order))
                self.assertFalse(requests.exists())
                self.ask(self.order, "unchanged")
                savepoint.rollback()
            self.env.invalidate_all()
