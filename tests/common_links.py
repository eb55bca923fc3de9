"""What the tests of links between records build on."""

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


class LinksCase(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.saw, cls.bench = cls.make_workcenter("Saw"), cls.make_workcenter("Bench")
        cls.desk, cls.top, cls.leg, cls.glue = cls.make_products(
            "Desk", "Top", "Leg", "Glue"
        )
        cls.bom = cls.make_desk_bom()

    @classmethod
    def make_desk_bom(cls):
        return cls.make_bom(
            cls.desk,
            [
                {"product": cls.top, "operation": "Cut"},
                {"product": cls.leg, "qty": 4, "operation": "Assemble"},
            ],
            operations=[
                {"name": "Cut", "workcenter": cls.saw, "minutes": 30},
                {"name": "Assemble", "workcenter": cls.bench},
            ],
        )

    def stock(self, qty=100):
        for product in (self.top, self.leg, self.glue):
            self.put_in_stock(product, qty)

    def change_bom(self):
        """Change every line, add one line and one operation."""
        cut, assemble = self.bom.operation_ids
        self.bom.bom_line_ids[0].product_qty = 2
        self.bom.bom_line_ids[1].write({"product_qty": 5, "operation_id": cut.id})
        cut.write({"name": "Cut to length", "workcenter_id": self.bench.id})
        assemble.time_cycle_manual = 90
        self.add_operation(self.bom, "Finish", self.saw, sequence=9)
        self.add_line(self.bom, self.glue, 1, operation="Finish")

    def assert_as_master_data(self, order):
        # Odoo links the work orders of a draft when it is confirmed
        skip = ("work_order", "blocked_by") if order.state == "draft" else ()
        self.assertEqual(differences(wanted_lines(order), snapshot(order), skip), [])
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", restore_reservation=True)

    def refresh_fully(self, order, **options):
        options.setdefault("restore_reservation", True)
        row = self.refresh_one(order, user=self.planner, **options)
        self.assert_as_master_data(order)
        return row
