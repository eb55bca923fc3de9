"""A factory on a database of its own, for programs that measure real servers."""

import sys
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import SQL

from odoo.addons.mrp_production_refresh.tests import server as servers


@contextmanager
def prepared(env, make):
    """Copy the database of ``env``, call ``make(env)`` in the copy, and give its name
    and what was returned; the copy goes in the end, and so does the program.
    """
    source = env.cr.dbname
    name = f"{source}_factory"
    env.cr.rollback()
    env.cr.close()  # a database that is copied has no other connections
    servers._copy_database(source, name)
    try:
        with Registry(name).cursor() as cr:
            result = make(api.Environment(cr, SUPERUSER_ID, {}))
        sql_db.close_db(name)
        yield name, result
    finally:
        Registry.delete(name)
        servers._drop_database(name)


def open_door(server):
    """Give the server's administrator a password that is known."""
    server.run_sql(SQL("UPDATE res_users SET password = 'admin' WHERE login = 'admin'"))


def make_calendar(env):
    """Create a calendar that is open day and night, in UTC."""
    hours = {"hour_from": 0, "hour_to": 24}
    return env["resource.calendar"].create(
        {
            "name": "Day and night",
            "tz": "UTC",
            "attendance_ids": [
                (5,),
                *(
                    (0, 0, {"name": day, "dayofweek": day, **hours})
                    for day in "0123456"
                ),
            ],
        }
    )


def make_centers(env, name, count, calendar):
    return env["mrp.workcenter"].create(
        [
            {"name": f"{name}.{n}", "resource_calendar_id": calendar.id}
            for n in range(count)
        ]
    )


def make_products(env, name, count):
    return env["product.product"].create(
        [
            {"name": f"{name} {n}", "type": "consu", "is_storable": True}
            for n in range(count)
        ]
    )


def make_bom(env, product, parts, centers, operations, minutes=10):
    """Create a bill of materials with that many operations, in turn on the centers."""
    return env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "bom_line_ids": [
                (0, 0, {"product_id": part.id, "product_qty": 1}) for part in parts
            ],
            "operation_ids": [
                (
                    0,
                    0,
                    {
                        "name": f"Operation {n}",
                        "workcenter_id": centers[n % len(centers)].id,
                        "time_cycle_manual": minutes,
                    },
                )
                for n in range(operations)
            ],
        }
    )


def out(text=""):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
