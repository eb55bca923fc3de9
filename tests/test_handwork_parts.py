"""Which changes are handwork of orders that were made of other orders."""

from odoo.tests import tagged

from .common import RefreshCase
from .common_parts import PartsMixin


@tagged("post_install", "-at_install")
class TestHandworkParts(PartsMixin, RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lamp, cls.foot, cls.bulb, cls.dust = cls.make_products(
            "Lamp", "Foot", "Bulb", "Dust"
        )
        cls.bom = cls.make_bom(
            cls.lamp,
            [(cls.foot, 1), (cls.bulb, 3)],
            [{"name": "Turn"}, {"name": "Screw"}],
            [{"product": cls.dust, "qty": 2, "cost_share": 4}],
        )

    def change_bom(self):
        """Change each line of the bill of materials."""
        self.bom.bom_line_ids.product_qty = 5
        self.bom.byproduct_ids.product_qty = 5
        self.bom.operation_ids[0].write({"name": "Lathe", "time_cycle_manual": 30})
        self.bom.operation_ids[1].time_cycle_manual = 20

    def marks(self, order):
        """Return the lines that a refresh changes, by whether that is handwork."""
        self.env.flush_all()
        self.env.invalidate_all()
        marks = {True: set(), False: set()}
        for change in order.preview_refresh(restore_reservation=True)["orders"][0][
            "changes"
        ]:
            dates = {"date_start", "date_finished"}
            if set(change["after"] or change["before"]) - dates:
                marks[change["manual"]].add(change["name"])
        return marks

    def halve(self, order):
        return self.split(order, 2, 2)

    def produce_one(self, order):
        return self.produce(order, 1)

    def make_copy(self, order):
        copy = order.copy()
        copy.date_deadline = order.date_deadline
        return copy

    def check_follows(self, order):
        marks = self.marks(order)
        self.assertEqual(marks[True], set())
        # Odoo makes the by-products of a draft anew when it is split
        dust = {"Dust"} if order.state != "draft" else set()
        self.assertLessEqual({"Foot", "Bulb"} | dust, marks[False])

    def test_bom_that_changed_before_the_order_was_split(self):
        for confirm in (False, True):
            with self.subTest(confirm=confirm):
                self.bom.bom_line_ids.product_qty = 2
                self.bom.byproduct_ids.product_qty = 2
                make = self.make_confirmed_order if confirm else self.make_order
                order = make(self.bom, 4)
                self.change_bom()
                for part in self.halve(order):
                    self.check_follows(part)

    def test_bom_that_changed_before_a_part_was_made(self):
        order = self.make_confirmed_order(self.bom, 4)
        self.change_bom()
        rest = self.produce_one(order)
        self.check_follows(rest)

    def test_bom_that_changed_before_the_order_was_copied(self):
        order = self.make_confirmed_order(self.bom, 4)
        self.change_bom()
        self.check_follows(self.make_copy(order))

    def test_handwork_stays_handwork_of_all_parts(self):
        for make in (self.halve, self.make_copy, self.produce_one):
            with self.subTest(make=make.__name__):
                order = self.make_confirmed_order(self.bom, 4)
                order.move_raw_ids[0].product_uom_qty = 30
                order.workorder_ids[0].name = "Turn slowly"
                for part in make(order):
                    self.assertEqual(self.marks(part)[True], {"Foot", "Turn"})
                self.assertGreater(part.refresh_handwork_count, 0)

    def test_part_of_an_order_that_was_never_filled_by_us(self):
        order = self.make_confirmed_order(self.bom, 4)
        order.refresh_baseline = False
        self.change_bom()
        for part in self.halve(order):
            self.check_follows(part)

    def test_draft_that_odoo_filled_again(self):
        """As it does when the header changes, with all that somebody changed."""
        order = self.make_order(self.bom, 3)
        self.change_bom()
        order.product_qty = 4
        self.assertEqual(order.move_raw_ids.mapped("product_uom_qty"), [20, 20])
        self.bom.bom_line_ids.product_qty = 6
        self.check_follows(order)

    def test_draft_of_another_bom_changed_by_hand(self):
        order = self.make_order(self.bom, 3)
        other = self.make_bom(self.lamp, [(self.foot, 2), (self.bulb, 1)])
        order.bom_id = other
        order.move_raw_ids[0].product_uom_qty = 30
        self.assertEqual(self.marks(order), {True: {"Foot"}, False: set()})
        self.assertEqual(order.refresh_handwork_count, 1)

    def test_kit_that_is_added_on_another_line_is_no_handwork(self):
        shade, wire = self.make_products("Shade", "Wire")
        self.make_kit(shade, [(wire, 2)])
        self.add_line(self.bom, shade)
        order = self.make_confirmed_order(self.bom, 4)
        self.add_line(self.bom, shade, 2)
        self.assertEqual(self.marks(order), {True: set(), False: {"Wire"}})

    def test_one_of_two_lines_of_a_kit_removed_by_hand(self):
        shade, wire = self.make_products("Shade", "Wire")
        self.make_kit(shade, [(wire, 2)])
        self.add_line(self.bom, shade)
        self.add_line(self.bom, shade, 2)
        order = self.make_order(self.bom, 3)
        order.move_raw_ids.filtered(lambda m: m.product_id == wire)[1].unlink()
        self.assertEqual(self.marks(order)[True], {"Wire"})
