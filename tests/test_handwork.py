"""Which changes of a refresh cancel somebody's handwork, and which follow the BoM."""

from odoo import Command
from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestHandwork(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.lamp, cls.foot, cls.bulb, cls.dust = cls.make_products(
            "Lamp", "Foot", "Bulb", "Dust"
        )
        cls.bom = cls.make_bom(
            cls.lamp,
            [{"product": cls.foot, "operation": "Turn"}, (cls.bulb, 3)],
            [{"name": "Turn"}, {"name": "Screw"}],
            [{"product": cls.dust, "qty": 2, "cost_share": 4}],
        )

    def orders(self):
        """Return orders in each state, never refreshed and refreshed before."""
        orders = self.env["mrp.production"]
        for _number in range(2):
            orders |= self.make_order(self.bom, 3)
            orders |= self.make_confirmed_order(self.bom, 3)
            orders |= self.make_confirmed_order(self.bom, 3, plan=True)
        self.refresh(orders[3:])
        return orders

    def count_handwork(self, orders):
        self.env.flush_all()
        self.env.invalidate_all()
        return set(orders.mapped("refresh_handwork_count"))

    def check_marks(self, orders, manual, kinds, ignore=("sequence",)):
        """Expect that all changes of these kinds are handwork, or that none is."""
        self.env.flush_all()
        self.env.invalidate_all()
        result = orders.with_user(self.planner).preview_refresh()
        for row, order in zip(result["orders"], orders, strict=True):
            changes = [
                change
                for change in row["changes"]
                if change["kind"] in kinds
                and set(change["after"] or change["before"])
                - {"date_start", "date_finished", *ignore}
            ]
            with self.subTest(state=order.state, planned=order.is_planned):
                self.assertTrue(changes, row)
                self.assertEqual({change["manual"] for change in changes}, {manual})

    def test_duration_changed_by_hand_before_the_first_refresh(self):
        orders = self.orders()
        for order in orders:
            order.workorder_ids[0].duration_expected = 99
        self.check_marks(orders, True, ["operation"])

    def test_duration_changed_in_the_bill_of_materials(self):
        orders = self.orders()
        self.bom.operation_ids[0].time_cycle_manual = 99
        self.check_marks(orders, False, ["operation"])

    def test_put_in_another_order_by_hand(self):
        orders = self.orders()
        for order in orders:
            order.workorder_ids.sorted("sequence")[0].sequence = 99
        self.check_marks(orders, True, ["operation"], ignore=())

    def test_put_in_another_order_in_the_bill_of_materials(self):
        orders = self.orders()
        self.bom.operation_ids[0].sequence = 99
        self.check_marks(orders, False, ["operation"], ignore=())

    def test_dependency_changed_by_hand(self):
        orders = self.orders().filtered(lambda order: order.state != "draft")
        for order in orders:
            first, second = order.workorder_ids.sorted("sequence")
            second.blocked_by_workorder_ids -= first
        self.check_marks(orders, True, ["operation"])

    def test_dependency_changed_in_the_bill_of_materials(self):
        orders = self.orders().filtered(lambda order: order.state != "draft")
        self.bom.allow_operation_dependencies = True
        self.check_marks(orders, False, ["operation"])

    def test_cost_share_and_manual_consumption_changed_by_hand(self):
        orders = self.orders()
        for order in orders:
            order.move_byproduct_ids.cost_share = 9
            order.move_raw_ids[1].manual_consumption = True
        self.check_marks(orders, True, ["byproduct", "component"])

    def test_cost_share_and_operation_changed_in_the_bill_of_materials(self):
        orders = self.orders()
        self.bom.byproduct_ids.cost_share = 9
        self.bom.bom_line_ids[1].operation_id = self.bom.operation_ids[1]
        self.check_marks(orders, False, ["byproduct", "component"])

    def test_deleted_in_the_bill_of_materials(self):
        orders = self.orders()
        self.bom.bom_line_ids[1].unlink()
        self.bom.byproduct_ids.unlink()
        self.bom.operation_ids[0].unlink()
        self.check_marks(orders, False, ["byproduct", "component", "operation"])

    def test_replaced_in_the_bill_of_materials(self):
        orders = self.orders()
        self.bom.bom_line_ids[1].product_id = self.make_product("Tube")
        self.check_marks(orders, False, ["component"])

    def test_deleted_and_imported_anew(self):
        orders = self.orders()
        self.bom.bom_line_ids[1].unlink()
        self.add_line(self.bom, self.bulb, 4)
        self.check_marks(orders, False, ["component"])

    def test_changed_by_hand_and_deleted_in_the_bill_of_materials(self):
        orders = self.orders()
        for order in orders:
            order.move_raw_ids[1].product_uom_qty = 20
        self.bom.bom_line_ids[1].unlink()
        self.check_marks(orders, True, ["component"])

    def test_added_by_hand(self):
        orders = self.orders()
        added = Command.create({"product_id": self.dust.id, "product_uom_qty": 1})
        for order in orders:
            order.write({"move_raw_ids": [added]})
        self.check_marks(orders, True, ["component"])

    def test_kit_on_two_lines_is_no_handwork(self):
        shade, wire = self.make_products("Shade", "Wire")
        self.make_kit(shade, [(wire, 2)])
        self.add_line(self.bom, shade)
        self.add_line(self.bom, shade, 2)
        orders = self.orders()
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.bom_line_ids[2].product_qty = 3
        self.check_marks(orders, False, ["component"])

    def test_byproduct_that_is_a_kit_is_no_handwork(self):
        grain = self.make_product("Grain")
        self.make_kit(self.dust, [(grain, 2)])
        orders = self.orders()
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.byproduct_ids.product_qty = 3
        self.check_marks(orders, False, ["byproduct"])

    # Operations of kits, minutes and quantities

    def test_operations_of_a_kit_are_no_handwork(self):
        stand, pole, rod = self.make_products("Stand", "Pole", "Rod")
        self.make_kit(pole, [(rod, 2)], [{"name": "Bend"}])
        orders = self.make_order(self.make_bom(stand, [(pole, 1)]), 3)
        self.assertEqual(orders.workorder_ids.mapped("name"), ["Bend"])
        self.assertEqual(orders.refresh_handwork_count, 0)
        orders.workorder_ids.duration_expected = 99
        self.check_marks(orders, True, ["operation"])

    def test_split_order_has_the_minutes_of_its_own_quantity(self):
        order = self.make_confirmed_order(self.bom, 10)
        split = order._split_productions({order: [4, 6]})
        self.assertEqual(self.count_handwork(split), {0})
        self.bom.operation_ids.time_cycle_manual = 30
        self.check_marks(split, False, ["operation"])

    def test_split_off_order_changed_by_hand(self):
        order = self.make_confirmed_order(self.bom, 10)
        split = order._split_productions({order: [4, 6]})[1]
        split.workorder_ids.duration_expected = 600  # as of the whole order
        self.check_marks(split, True, ["operation"])

    def test_components_refreshed_alone_leave_the_minutes_known(self):
        order = self.make_confirmed_order(self.bom, 3)
        order.product_qty = 5
        self.refresh(
            order,
            calculate_lines=False,
            calculate_routings=False,
            calculate_components=True,
        )
        self.assertEqual(self.count_handwork(order), {0})
        self.bom.operation_ids.time_cycle_manual = 30
        self.check_marks(order, False, ["operation"])

    # Several lines of one key or product

    def make_two_bulbs(self):
        """Give the bill of materials a kit on two lines in different operations."""
        shade, wire = self.make_products("Shade", "Wire")
        self.make_kit(shade, [(wire, 2)])
        first, second = self.bom.operation_ids
        self.add_line(self.bom, shade, operation=first)
        self.add_line(self.bom, shade, 2, operation=second)
        return wire

    def test_lines_of_one_key_are_all_known(self):
        wire = self.make_two_bulbs()
        orders = self.orders()
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.bom_line_ids[2:].operation_id = False
        self.check_marks(orders, False, ["component"])
        for order in orders:
            moves = order.move_raw_ids.filtered(lambda move: move.product_id == wire)
            moves.product_uom_qty = 77
        self.check_marks(orders, True, ["component"])

    def test_lost_lines_of_one_product_are_all_known(self):
        self.add_line(self.bom, self.bulb, 7)
        orders = self.orders()
        self.bom.bom_line_ids[1:].unlink()
        self.check_marks(orders, False, ["component"])

    def test_byproduct_kit_of_two_products_is_no_handwork(self):
        grain, flour = self.make_products("Grain", "Flour")
        self.make_kit(self.dust, [(grain, 2), (flour, 5)])
        orders = self.orders()
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.byproduct_ids.product_qty = 3
        self.check_marks(orders, False, ["byproduct"])

    def test_older_baselines_are_understood(self):
        orders = self.orders()
        for order, old in zip(orders, ("factor", "factors") * 3, strict=True):
            baseline = {**order.refresh_baseline}
            for kind in ("component", "byproduct"):
                known = baseline[kind] = {**baseline[kind]}
                for key, base in known.items():
                    line = {**base["lines"][0]}
                    factor = line.pop("factor")
                    known[key] = {**line, old: [factor] if old == "factors" else factor}
            order.refresh_baseline = baseline
        self.assertEqual(set(orders.mapped("refresh_handwork_count")), {0})
        self.bom.bom_line_ids.product_qty = 8
        self.check_marks(orders, False, ["component"])

    def test_line_changed_by_hand_that_is_no_longer_wanted(self):
        template = self.make_template(Colour=["Red", "Blue"])
        red = self.attribute_values(template, "Red")
        bom = self.make_bom(template, [(self.foot, 1), (self.bulb, 3)])
        orders = self.env["mrp.production"].union(
            *(
                self.make_confirmed_order(bom, 2, product=self.variant(template, name))
                for name in ("Blue", "Blue", "Blue")
            )
        )
        orders[1].move_raw_ids[1].product_uom_qty = 20
        orders[2].move_raw_ids[1].product_id = self.dust
        bom.bom_line_ids[1].bom_product_template_attribute_value_ids = red
        self.check_marks(orders[0], False, ["component"])
        self.check_marks(orders[1:], True, ["component"])

    def test_operation_deleted_and_imported_anew(self):
        orders = self.orders()
        self.bom.operation_ids[0].unlink()
        turn = self.add_operation(self.bom, "Turn anew", sequence=1)
        self.bom.bom_line_ids[0].operation_id = turn
        self.check_marks(orders, False, ["component", "operation"])

    # What the form says

    def test_form_does_not_count_what_changes_in_the_master_data(self):
        self.add_line(self.bom, self.bulb, 7)
        orders = self.orders()
        self.bom.operation_ids[0].time_cycle_manual = 99
        self.bom.operation_ids[1].name = "Glue"
        self.bom.bom_line_ids[0].product_qty = 9
        self.bom.byproduct_ids.cost_share = 9
        self.assertEqual(self.count_handwork(orders), {0})
        self.bom.operation_ids[0].unlink()
        self.bom.bom_line_ids[1:].unlink()
        self.bom.byproduct_ids.unlink()
        self.assertEqual(self.count_handwork(orders), {0})

    def test_form_counts_each_value_that_somebody_changed(self):
        # Odoo makes the by-products of a draft anew when its dates change
        orders = self.orders().filtered(lambda order: order.state != "draft")
        center = self.make_workcenter("Elsewhere")
        for order in orders:
            order.move_byproduct_ids.cost_share = 9
            order.move_raw_ids[1].manual_consumption = True
        self.assertEqual(self.count_handwork(orders), {2})
        for order in orders:
            order.workorder_ids[0].name = "Turn twice"
        self.assertEqual(self.count_handwork(orders), {3})
        for order in orders:
            order.workorder_ids[1].duration_expected = 7
        self.assertEqual(self.count_handwork(orders), {4})
        for order in orders:
            order.workorder_ids[0].name = "Turn"
            order.workorder_ids[0].workcenter_id = center
        self.assertEqual(self.count_handwork(orders), {4})
        self.bom.operation_ids[0].workcenter_id.alternative_workcenter_ids = center
        self.assertEqual(self.count_handwork(orders), {3})

    def test_form_counts_what_was_added_and_removed(self):
        orders = self.orders()
        added = Command.create({"product_id": self.dust.id, "product_uom_qty": 1})
        for order in orders:
            order.write({"move_raw_ids": [added]})
            order.move_raw_ids[1]._action_cancel()
            order.workorder_ids[0].unlink()
        self.assertEqual(self.count_handwork(orders), {3})

    def test_form_asks_the_database_little(self):
        orders = self.orders()
        self.bom.operation_ids[0].unlink()
        self.bom.bom_line_ids[1].unlink()
        self.count_handwork(orders)
        orders.move_raw_ids.mapped("product_id.display_name")
        pipeline = self.env["mrp.production.refresh.pipeline"]
        with self.assertQueryCount(4):
            pipeline._count_handwork(orders[0])
