"""Orders of two operations, one work center each, and where they are placed."""

from datetime import datetime

from .common import RefreshCase


class ScheduleCase(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # first: Odoo archives operations when a second warehouse is made
        cls.houses = [cls.make_warehouse(steps) for steps in (2, 3)]
        cls.product, cls.part, cls.glue = cls.make_products("Product", "Part", "Glue")
        cls.saw = cls.make_workcenter("Saw", cls.office_hours)
        cls.bench = cls.make_workcenter("Bench", cls.office_hours)
        cls.bom = cls.make_bom(
            cls.product,
            [
                {"product": cls.part, "qty": 2, "operation": "Cut"},
                {"product": cls.glue, "operation": "Join"},
            ],
            [
                {"name": "Cut", "workcenter": cls.saw, "minutes": 120},
                {"name": "Join", "workcenter": cls.bench, "minutes": 60},
            ],
        )
        cls.due = datetime(2030, 1, 16, 16)  # a Wednesday
        cls.planner = cls.make_planner()

    def make(self, count=1, **values):
        values = {"date_deadline": self.due, **values}
        return self.env["mrp.production"].concat(
            *(self.make_confirmed_order(self.bom, **values) for _ in range(count))
        )

    def span(self, order, name):
        workorder = order.workorder_ids.filtered(lambda wo: wo.name == name)
        leave = workorder.leave_id
        self.assertEqual(
            (workorder.date_start, workorder.date_finished),
            (leave.date_from, leave.date_to),
        )
        self.assertEqual(leave.resource_id, workorder.workcenter_id.resource_id)
        return leave.date_from, leave.date_to

    def at(self, day, hour, minute=0):
        return datetime(2030, 1, day, hour, minute)
