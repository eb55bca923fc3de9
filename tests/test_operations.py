"""Operations of the bill of materials and of its kits, one change after the other."""

from datetime import timedelta

from odoo.tests import tagged

from .common_as_new import OrderAsNewCase


@tagged("post_install", "-at_install")
class TestOperations(OrderAsNewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw, cls.bench = cls.make_workcenter("Saw"), cls.make_workcenter("Bench")
        cls.desk, cls.leg, cls.screw, cls.drawer, cls.handle = cls.make_products(
            "Desk", "Leg", "Screw", "Drawer", "Handle"
        )
        cls.inner = cls.make_kit(
            cls.handle,
            [(cls.screw, 2)],
            [{"name": "Bend", "workcenter": cls.saw, "minutes": 5}],
        )
        cls.kit = cls.make_kit(
            cls.drawer,
            [{"product": cls.handle, "qty": 2}, (cls.screw, 8)],
            [{"name": "Glue", "workcenter": cls.bench, "minutes": 10}],
        )
        cls.bom = cls.make_bom(
            cls.desk,
            [
                {"product": cls.leg, "qty": 4, "operation": "Assemble"},
                (cls.drawer, 1),
            ],
            [
                {"name": "Cut", "workcenter": cls.saw, "minutes": 30},
                {"name": "Assemble", "workcenter": cls.bench},
            ],
        )
        cls.cut, cls.assemble = cls.bom.operation_ids

    def test_added_removed_archived_and_put_in_another_order(self):
        orders = self.orders(self.bom)
        changes = [
            lambda: self.add_operation(self.bom, "Paint", self.bench, sequence=9),
            lambda: self.assemble.write({"sequence": 0}),
            lambda: self.operations(self.bom, "Paint").write({"sequence": -1}),
            lambda: self.cut.action_archive(),
            lambda: self.cut.action_unarchive(),
            lambda: self.operations(self.bom, "Paint").unlink(),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(self.names(order), ["Glue", "Bend", "Assemble", "Cut"])

    def test_numbered_as_in_a_new_order_when_some_go(self):
        orders = self.orders(self.bom)
        removals = [self.cut, self.inner.operation_ids, self.kit.operation_ids]
        for operation in removals:
            operation.action_archive()
            new = self.make_confirmed_order(self.bom).workorder_ids.sorted("sequence")
            for kind, order in orders.items():
                with self.subTest(gone=operation.name, kind=kind):
                    self.check_as_new(order)
                    present = order.workorder_ids.sorted("sequence")
                    self.assertEqual(present.mapped("sequence"), new.mapped("sequence"))

    def test_numbered_by_hand_in_the_order_that_they_have(self):
        new = self.make_confirmed_order(self.bom).workorder_ids.sorted("sequence")
        for kind, order in self.orders(self.bom).items():
            with self.subTest(kind=kind):
                order.workorder_ids.sorted("sequence")[-1].sequence = 99
                self.check_as_new(order)
                present = order.workorder_ids.sorted("sequence")
                self.assertEqual(present.mapped("sequence"), new.mapped("sequence"))

    def test_numbers_of_the_form_stay(self):
        """Odoo numbers as the bill of materials when a person enters an order."""
        bom = self.make_bom(
            self.screw,
            operations=[
                {"name": name, "workcenter": self.saw, "sequence": sequence}
                for name, sequence in (("Turn", 3), ("Thread", 7))
            ],
        )
        due = self.now + timedelta(days=3)
        order = self.make_order_by_form(bom, 2, date_deadline=due)
        order.action_confirm()
        order.button_plan()
        numbers = order.workorder_ids.mapped("sequence")
        self.assertEqual(numbers, [3, 7])
        self.refresh_one(order, "unchanged", scheduling_direction="forward")
        self.assertEqual(order.workorder_ids.mapped("sequence"), numbers)
        order.workorder_ids[1].sequence = 1
        self.check_as_new(order)
        self.assertEqual(self.names(order), ["Turn", "Thread"])

    def test_put_in_another_order_and_refreshed_in_the_same_transaction(self):
        """As an automation rule does when somebody saves the bill of materials."""
        order = self.make_confirmed_order(self.bom, 1)
        self.assertEqual(self.names(order), ["Glue", "Bend", "Cut", "Assemble"])
        self.bom.operation_ids[1].sequence = 0
        self.refresh_one(order, user=self.planner)
        self.assertEqual(self.names(order), ["Glue", "Bend", "Assemble", "Cut"])

    def test_renamed_moved_and_other_durations(self):
        orders = self.orders(self.bom)
        fast = self.make_workcenter("Fast", time_efficiency=200)
        capacity = self.env["mrp.workcenter.capacity"]
        values = {"workcenter_id": fast.id, "product_uom_id": self.unit.id}
        changes = [
            lambda: self.cut.write({"name": "Cut to length"}),
            lambda: self.cut.write({"workcenter_id": fast.id}),
            lambda: self.cut.write({"time_cycle_manual": 45}),
            lambda: self.cut.write({"cost_mode": "estimated"}),
            lambda: fast.write({"time_efficiency": 80}),
            lambda: fast.write({"time_start": 12, "time_stop": 3}),
            lambda: capacity.create({**values, "capacity": 2, "time_start": 6}),
            lambda: fast.capacity_ids.write({"capacity": 3}),
            lambda: fast.capacity_ids.unlink(),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            cut = order.workorder_ids.filtered(lambda wo: wo.operation_id == self.cut)
            # three desks one after the other, at 80 %, with set-up and clean-up
            self.assertEqual(cut.duration_expected, 12 + 3 + 3 * 45 / 0.8)
            self.assertEqual((cut.name, cut.workcenter_id), ("Cut to length", fast))

    def test_set_to_ready_and_blocked_by_hand(self):
        orders = [
            self.make_confirmed_order(self.bom, 2, plan=plan) for plan in (False, True)
        ]
        for order in orders:
            with self.subTest(planned=order.is_planned):
                first, *_rest, last = order.workorder_ids.sorted("sequence")
                first.set_state("blocked")
                last.set_state("ready")
                row = self.check_as_new(order)
                changes = {change["id"]: change for change in row["changes"]}
                for workorder, state in ((first, "ready"), (last, "blocked")):
                    self.assertEqual(changes[workorder.id]["after"]["state"], state)
                    self.assertTrue(changes[workorder.id]["manual"])

    def test_work_orders_that_stay_are_the_same_records(self):
        order = self.make_confirmed_order(self.bom, 2, plan=True)
        before = {wo.operation_id: wo for wo in order.workorder_ids}
        self.cut.write({"name": "Saw", "workcenter_id": self.bench.id, "sequence": 9})
        self.check_as_new(order)
        self.assertEqual({wo.operation_id: wo for wo in order.workorder_ids}, before)

    def test_dependencies_added_removed_and_switched_off(self):
        self.bom.allow_operation_dependencies = True
        paint = self.add_operation(self.bom, "Paint", self.bench, sequence=9)
        orders = {
            kind: order
            for kind, order in self.orders(self.bom).items()
            if kind != "draft"
        }
        changes = [
            lambda: paint.write({"blocked_by_operation_ids": self.cut.ids}),
            lambda: paint.write(
                {"blocked_by_operation_ids": (self.cut | self.assemble).ids}
            ),
            lambda: self.assemble.write({"blocked_by_operation_ids": self.cut.ids}),
            lambda: paint.write({"blocked_by_operation_ids": False}),
            lambda: self.bom.write({"allow_operation_dependencies": False}),
            lambda: self.bom.write({"allow_operation_dependencies": True}),
        ]
        self.check_each(changes, orders)

    def test_two_operations_alike(self):
        twin = self.add_operation(
            self.bom, "Cut", self.saw, minutes=30, sequence=self.cut.sequence
        )
        orders = self.orders(self.bom)
        changes = [
            lambda: twin.write({"time_cycle_manual": 20}),
            lambda: self.cut.unlink(),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            cut = order.workorder_ids.filtered(lambda wo: wo.name == "Cut")
            self.assertEqual((cut.operation_id, cut.duration_expected), (twin, 60))

    def test_operation_of_a_kit_on_two_lines_changed_by_hand(self):
        """Which of the two goes first is the same the next time."""
        self.add_line(self.bom, self.drawer, 1)
        orders = self.orders(self.bom)
        for kind, order in orders.items():
            bend = order.workorder_ids.filtered(lambda wo: wo.name == "Bend")
            self.assertEqual(len(bend), 2)
            with self.subTest(kind=kind):
                bend.sorted("sequence")[0].workcenter_id = self.bench
                self.check_as_new(order)

    def test_operations_of_kits_at_any_depth(self):
        orders = self.orders(self.bom)
        bend, glue = self.inner.operation_ids, self.kit.operation_ids
        changes = [
            lambda: bend.write({"time_cycle_manual": 7}),
            lambda: self.add_operation(self.inner, "Polish", self.bench, sequence=8),
            lambda: glue.action_archive(),
            lambda: self.inner.write({"type": "normal"}),
            lambda: self.inner.write({"type": "phantom"}),
            lambda: self.kit.bom_line_ids[0].unlink(),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(self.names(order), ["Cut", "Assemble"])
