"""The main job on Odoo's demonstration data; run by `make demo` with `env` at hand.

A confirmed and planned order gets another quantity, another due date and some handwork.
Then it is refreshed. It is printed before and after; a result that is not as expected
fails.
"""

import sys
from datetime import timedelta

from odoo import fields

BOM = "mrp.mrp_bom_drawer_rout"


def table(title, head, rows):
    """Write the rows in columns as wide as their content."""
    cells = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    sys.stdout.write(f"\n{title}\n")
    for row in cells:
        columns = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(f"  {'  '.join(columns).rstrip()}\n")


def show(title, order):
    zone = order.env.user.tz or "UTC"

    def local(moment):
        stamp = fields.Datetime.context_timestamp(order.with_context(tz=zone), moment)
        return stamp.strftime("%a %d %b %H:%M")

    sys.stdout.write(f"\n=== {title} (times in {zone}) ===\n")
    table(
        f"Order {order.name}: {order.product_id.display_name}",
        ["Quantity", "Start", "End", "Due date"],
        [
            [
                order.product_qty,
                local(order.date_start),
                local(order.date_finished),
                local(order.date_deadline),
            ]
        ],
    )
    table(
        "Components",
        ["Product", "To consume", "Reserved", "Unit"],
        [
            [
                move.product_id.display_name,
                move.product_uom_qty,
                move.quantity,
                move.product_uom.name,
            ]
            for move in order.move_raw_ids
            if move.state != "cancel"
        ],
    )
    table(
        "Operations",
        ["Operation", "Work center", "Minutes", "Start", "End"],
        [
            [
                work.name,
                work.workcenter_id.name,
                f"{work.duration_expected:.0f}",
                local(work.date_start),
                local(work.date_finished),
            ]
            for work in order.workorder_ids.sorted("date_start")
        ],
    )


def make_order(env):
    """A confirmed and planned order, due in two weeks."""
    bom = env.ref(BOM)
    due = fields.Datetime.now().replace(hour=16, minute=0, second=0, microsecond=0)
    order = env["mrp.production"].create(
        {
            "product_id": bom.product_tmpl_id.product_variant_id.id,
            "bom_id": bom.id,
            "product_qty": 2,
            "date_deadline": due + timedelta(days=14),
        }
    )
    order.action_confirm()
    order.button_plan()
    return order


def change(order):
    """More pieces, a later due date, and a slip of the hand."""
    order.product_qty = 5
    order.date_deadline += timedelta(days=7)
    order.move_raw_ids[0].product_uom_qty = 1


def check(order, report):
    """Yield what is not as the bill of materials and the due date ask for."""
    for row in report["orders"]:
        if row["status"] != "refreshed":
            yield f"{row['status']}: {row['message']}"
    for line in order.bom_id.bom_line_ids:
        moves = order.move_raw_ids.filtered(lambda m, line=line: m.bom_line_id == line)
        wanted = line.product_qty * order.product_qty / order.bom_id.product_qty
        if sum(moves.mapped("product_uom_qty")) != wanted:
            yield f"{line.product_id.display_name}: {wanted} expected"
    works = order.workorder_ids.sorted("date_start")
    if works.operation_id != order.bom_id.operation_ids:
        yield "the operations are not those of the bill of materials"
    if max(works.mapped("date_finished")) > order.date_deadline:
        yield "the last operation ends after the due date"


def main(env):
    order = make_order(env)
    show("Planned by Odoo", order)
    change(order)
    show("Quantity, due date and a component changed by hand", order)
    report = order.refresh_production_orders(
        scheduling_direction="back",
        restore_reservation=True,  # the demo data has stock, which is reserved
    )
    show("Refreshed, scheduled back from the due date", order)
    changes = report["orders"][0]["changes"] if report["orders"] else []
    table(
        "What Refresh changed",
        ["Action", "What", "Name"],
        [[line["action"], line["kind"], line["name"]] for line in changes],
    )
    problems = list(check(order, report))
    if problems:
        sys.exit("NOT as expected:\n  " + "\n  ".join(problems))
    env.cr.commit()  # `make serve` shows the order
    sys.stdout.write(
        f"\nAs expected. `make serve` shows {order.name} in the web client.\n"
    )


main(env)  # noqa: F821 `env` is Odoo's shell's
