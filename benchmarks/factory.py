"""A factory to measure in: orders of one kind, and what else a database holds.

Orders are made by Odoo. What only has to be there (copies of orders, finished work
orders) is copied by SQL: the database is thrown away after the run.
"""

from datetime import datetime, timedelta

from odoo.tools import SQL

TODAY = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
START = TODAY + timedelta(days=35 - TODAY.weekday())  # a Monday
CENTERS, OPERATIONS, COMPONENTS, BOMS = 20, 5, 8, 10
SHIFT_DAYS = 14  # between an order and its copy: their slots do not meet


class Factory:
    def __init__(self, env):
        self.env = env
        env["ir.config_parameter"].set_param("stock.no_auto_scheduler", "1")
        self.calendar = env["resource.calendar"].create(
            {"name": "Bench", "tz": "UTC", "attendance_ids": [(5,), *self.hours()]}
        )
        self.centers = env["mrp.workcenter"].create(
            [
                {"name": f"Center {n}", "resource_calendar_id": self.calendar.id}
                for n in range(CENTERS)
            ]
        )
        self.components = env["product.product"].create(
            [
                {"name": f"Part {n}", "type": "consu", "is_storable": True}
                for n in range(COMPONENTS)
            ]
        )
        self.boms = env["mrp.bom"].create([self.prepare_bom(n) for n in range(BOMS)])

    def hours(self):
        span = {"hour_from": 6, "hour_to": 22, "day_period": "morning"}
        return [
            (0, 0, {"name": str(day), "dayofweek": str(day), **span})
            for day in range(5)
        ]

    def prepare_bom(self, number):
        product = self.env["product.product"].create(
            {"name": f"Product {number}", "type": "consu", "is_storable": True}
        )
        lines = [
            {"product_id": part.id, "product_qty": n + 1}
            for n, part in enumerate(self.components)
        ]
        operations = [
            {
                "name": f"Operation {n}",
                "workcenter_id": self.centers[(number * 3 + n * 7) % CENTERS].id,
                "time_cycle_manual": 10 + n,
            }
            for n in range(OPERATIONS)
        ]
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_qty": 1,
            "bom_line_ids": [(0, 0, values) for values in lines],
            "operation_ids": [(0, 0, values) for values in operations],
        }

    def make_orders(self, count):
        """Return confirmed orders, refreshed once so that they are planned."""
        orders = self.env["mrp.production"].create(
            [
                {
                    "product_id": bom.product_tmpl_id.product_variant_id.id,
                    "bom_id": bom.id,
                    "product_qty": 4,
                    "date_start": START + timedelta(hours=n),
                    "date_deadline": START + timedelta(days=60, hours=n),
                }
                for n, bom in ((n, self.boms[n % BOMS]) for n in range(count))
            ]
        )
        orders.action_confirm()
        orders.refresh_production_orders()
        self.env.flush_all()
        return orders

    # what else is there

    def make_bookings(self, count):
        """Book the work centers for others, an hour each, after the orders."""
        begin = START + timedelta(days=700)
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Booking",
                    "calendar_id": self.calendar.id,
                    "resource_id": self.centers[n % CENTERS].resource_id.id,
                    "date_from": begin + timedelta(hours=2 * (n // CENTERS)),
                    "date_to": begin + timedelta(hours=2 * (n // CENTERS) + 1),
                    "time_type": "other",
                }
                for n in range(count)
            ]
        )

    def make_finished_work_orders(self, count):
        """Copy the work order of one more order and its slot, done in the past."""
        workorder = self.make_orders(1).workorder_ids[:1]
        leave = workorder.leave_id
        past = SQL("'2020-01-06 08:00:00'::timestamp")
        leave_id = SQL("%s + number", self.read_top(leave._table))
        workorder_id = SQL("%s + number", self.read_top(workorder._table))
        values = {"id": leave_id, "date_from": past, "date_to": past}
        self.copy_rows(leave._table, leave.ids, values, count)
        values = {
            "id": workorder_id,
            "leave_id": leave_id,
            "state": SQL("'done'"),
            "date_start": past,
            "date_finished": past,
        }
        self.copy_rows(workorder._table, workorder.ids, values, count)
        self.env.invalidate_all()

    def copy_orders(self, orders, times):
        """Return copies of orders with all that belongs to them, two weeks apart."""
        self.env.flush_all()
        moves = orders.move_raw_ids | orders.move_finished_ids
        kinds = [
            orders.production_group_id,
            orders,
            orders.workorder_ids.leave_id,
            orders.workorder_ids,
            moves,
            moves.move_line_ids,
        ]
        steps = {records._table: self.read_top(records._table) for records in kinds}
        for records in kinds:
            self.copy_rows(
                records._table, records.ids, self.prepare_copy(records, steps), times
            )
        self.copy_dependencies(orders.workorder_ids, steps["mrp_workorder"], times)
        self.env.invalidate_all()
        step = steps["mrp_production"]
        return orders.browse(
            order_id + step * number
            for number in range(1, times + 1)
            for order_id in orders.ids
        )

    def prepare_copy(self, records, steps):
        """Return what differs in a copy: ids, links to other copies, dates, names."""
        values = {"id": SQL("id + %s * number", steps[records._table])}
        for name, field in records._fields.items():
            if not field.store or not field.column_type:
                continue
            column = SQL.identifier(name)
            if field.type == "datetime" and name not in ("create_date", "write_date"):
                shift = SQL("%s", f"{SHIFT_DAYS} days")
                values[name] = SQL("%s + number * %s::interval", column, shift)
            elif field.type == "many2one":
                table = self.env[field.comodel_name]._table
                if table in steps:
                    values[name] = SQL("%s + %s * number", column, steps[table])
        if records._name == "mrp.production":
            values["name"] = SQL("name || '-' || number")
        return values

    def copy_rows(self, table, ids, values, times):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) number "
                "WHERE id IN %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    values.get(name, SQL.identifier(name)) for name in names
                ),
                SQL.identifier(table),
                times,
                tuple(ids) or (0,),
            )
        )
        self.env.cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT MAX(id) FROM "
                "%s) + 1)",
                table,
                SQL.identifier(table),
            )
        )

    def copy_dependencies(self, workorders, step, times):
        self.env.cr.execute(
            "INSERT INTO mrp_workorder_dependencies_rel (workorder_id, blocked_by_id) "
            "SELECT workorder_id + %s * number, blocked_by_id + %s * number FROM "
            "mrp_workorder_dependencies_rel, generate_series(1, %s) number "
            "WHERE workorder_id IN %s",
            [step, step, times, tuple(workorders.ids)],
        )

    def read_top(self, table):
        self.env.cr.execute(SQL("SELECT MAX(id) FROM %s", SQL.identifier(table)))
        return self.env.cr.fetchone()[0] or 0
