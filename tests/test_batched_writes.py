"""What is written together is what would be written one by one."""

from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.mail.models.mail_thread import MailThread

from ..models import mrp_production_refresh_apply as apply_module
from ..models import mrp_production_refresh_apply_schedule as dates_module
from ..models import stock_move as stock_move_module
from .common import RefreshCase

MODELS = (
    "mail.activity",
    "mail.message",
    "mail.tracking.value",
    "mrp.production",
    "mrp.workorder",
    "resource.calendar.leaves",
    "stock.move",
    "stock.move.line",
    "stock.picking",
    "stock.quant",
    "stock.warehouse.orderpoint",
)
RELATIONS = ("stock_move_move_rel", "mrp_workorder_dependencies_rel")
# the clock, chance, and what is made of the next id
LEFT_OUT = {"barcode", "create_date", "message_id", "refresh_date", "write_date"}


class UndoError(Exception):
    """Rolls back a savepoint."""


@tagged("post_install", "-at_install")
class TestBatchedWrites(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house = cls.make_warehouse(2)
        cls.env.company.horizon_days = 365
        cls.desk, cls.top, cls.leg, cls.glue, cls.chip = cls.make_products(
            "Desk", "Top", "Leg", "Glue", "Chip"
        )
        board = cls.make_product("Board")
        cls.drawer = cls.make_mto_product("Drawer", {"lines": [(board, 2)]})
        cls.saw, cls.bench = cls.make_workcenter("Saw"), cls.make_workcenter("Bench")
        cls.bom = cls.make_bom(
            cls.desk,
            [
                {"product": cls.top, "operation": "Assemble"},
                {"product": cls.leg, "qty": 4, "operation": "Cut"},
                (cls.drawer, 2),
                (cls.glue, 3),
            ],
            [
                {"name": "Cut", "workcenter": cls.saw, "minutes": 60},
                {"name": "Assemble", "workcenter": cls.bench, "minutes": 30},
            ],
            byproducts=[(cls.chip, 2)],
        )
        cls.env["stock.warehouse.orderpoint"].create(
            [
                {
                    "product_id": product.id,
                    "warehouse_id": house.id,
                    "location_id": house.lot_stock_id.id,
                    "trigger": "manual",
                    "product_min_qty": 10,
                    "product_max_qty": 50,
                }
                for product in (cls.leg, cls.chip, cls.desk)
                for house in (cls.env.ref("stock.warehouse0"), cls.house)
            ]
        )
        cls.due = datetime(2030, 1, 16, 16)
        cls.startClassPatcher(
            patch.object(  # an add-on may track dates, Odoo tracks the state only
                cls.env.registry["mrp.production"],
                "_track_get_fields",
                lambda orders: {"date_start", "date_finished", "state"},
            )
        )
        cls.orders = cls.make_orders()

    @classmethod
    def make_orders(cls):
        for product in (cls.leg, cls.top):
            cls.put_in_stock(product, 30)
            cls.put_in_stock(product, 30, cls.house.lot_stock_id)
        orders = cls.make_order(cls.bom, 2, date_deadline=cls.due)
        for number, house in enumerate((None, None, cls.house, cls.house)):
            orders |= cls.make_confirmed_order(
                cls.bom,
                2 + number % 2,
                plan=bool(number % 2),
                warehouse=house,
                date_deadline=cls.due,
            )
        orders[1].action_assign()
        orders[2].move_raw_ids[0].product_uom_qty = 9
        return orders

    def change(self):
        """Change what makes every kind of write: lines, operations, dates."""
        top, _leg, drawer, glue = self.bom.bom_line_ids
        top.product_qty = 2
        drawer.product_qty = 1
        glue.unlink()
        cut, assemble = self.bom.operation_ids
        self.add_operation(self.bom, "Paint", self.saw, sequence=9)
        self.add_line(self.bom, self.chip, 1, operation="Paint")
        assemble.workcenter_id = self.saw
        cut.time_cycle_manual = 45
        self.orders[2].product_qty = 5
        self.orders[3].product_qty = 1
        self.orders[0].product_qty = 4
        for order in self.orders:
            order.date_deadline += timedelta(days=5)

    def state_after(self, one_by_one):
        """Return every row of the database after a refresh, which is taken back."""
        try:
            with self.env.cr.savepoint(), ExitStack() as patches:
                known = self.read_tops()
                if one_by_one:
                    self.write_one_by_one(patches)
                self.env.invalidate_all()
                report = self.orders.refresh_production_orders(restore_reservation=True)
                self.assertEqual(report["refreshed"], len(self.orders), report)
                self.env.flush_all()
                self.env.cr.precommit.run()
                self.env.flush_all()
                state = self.read_state(known)
                raise UndoError
        except UndoError:
            self.env.invalidate_all()
        return state

    def write_one_by_one(self, patches):  # pylint: disable=missing-return
        """Take away all that defers or groups."""
        pipeline = self.env.registry["mrp.production.refresh.pipeline"]
        together = pipeline._apply_plans
        track = MailThread.write

        def apply_apart(records, plans):
            for plan in plans:
                together(records, [plan])
                self.env.flush_all()

        def write_tracked(records, vals):
            return track(records.with_context(mail_notrack=False), vals)

        stock_move = self.env.registry["stock.move"]
        update = stock_move._update_orderpoints

        def update_at_once(moves):
            return update(moves.with_context(refresh_orderpoints=None))

        for change in (
            patch.object(pipeline, "_apply_plans", apply_apart),
            patch.object(MailThread, "write", write_tracked),
            patch.object(dates_module, "UNMOVED_BY_DATES", ()),
            patch.object(apply_module, "DATED_AT_THE_END", ()),
            patch.object(stock_move_module, "DATES", frozenset()),
            patch.object(stock_move, "_update_orderpoints", update_at_once),
        ):
            patches.enter_context(change)

    def read_tops(self):
        tops = {}
        for name in MODELS:
            table = SQL.identifier(self.env[name]._table)
            ((top,),) = self.env.execute_query(SQL("SELECT MAX(id) FROM %s", table))
            tops[name] = top or 0
        return tops

    def read_state(self, known):
        """Return the rows by table, those that are new without their ids."""
        state = {}
        for name in MODELS:
            columns = [
                (field.name, field.comodel_name if field.type == "many2one" else None)
                for field in self.env[name]._fields.values()
                if field.store and field.column_type and field.name not in LEFT_OUT
            ]
            query = SQL(
                "SELECT %s FROM %s",
                SQL(", ").join(SQL.identifier(column) for column, _model in columns),
                SQL.identifier(self.env[name]._table),
            )
            state[name] = Counter(
                tuple(
                    (
                        column,
                        self.name_new(value, model or (column == "id" and name), known),
                    )
                    for value, (column, model) in zip(row, columns, strict=True)
                )
                for row in self.env.execute_query(query)
            )
        for table in RELATIONS:
            model = "stock.move" if "move" in table else "mrp.workorder"
            query = SQL("SELECT * FROM %s", SQL.identifier(table))
            state[table] = Counter(
                tuple((model, self.name_new(value, model, known)) for value in row)
                for row in self.env.execute_query(query)
            )
        return state

    def name_new(self, value, model, known):
        if model in known and value and value > known[model]:
            return "new"
        return str(value)  # so that rows can be sorted

    def find_differences(self, rows, others):
        """Return what differs between two counters of rows, in readable pairs."""
        left, right = (
            sorted(some.elements()) for some in (rows - others, others - rows)
        )
        if len(left) != len(right):
            return left + right
        return [
            [f"{column}: {one} != {two}"]
            for row, other in zip(left, right, strict=True)
            for (column, one), (_column, two) in zip(row, other, strict=True)
            if one != two
        ]

    def test_the_database_is_the_same(self):
        self.change()
        self.env.flush_all()
        self.env.cr.precommit.run()
        apart, together = self.state_after(True), self.state_after(False)
        for table, rows in apart.items():
            with self.subTest(table=table):
                self.assertEqual(self.find_differences(rows, together[table]), [])
