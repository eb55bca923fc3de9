"""Refresh manufacturing orders with OdooRPC (``pip install OdooRPC``).

    python examples/odoorpc_example.py localhost 8069 DATABASE LOGIN PASSWORD [ID...]

Without ids: every confirmed order that the user may see.
"""

import sys

import odoorpc


def main(host, port, database, login, password, *ids):
    odoo = odoorpc.ODOO(host, port=int(port), timeout=600)
    odoo.login(database, login, password)
    # options go by name: OdooRPC sends them as keyword arguments
    Production = odoo.env["mrp.production"]
    ids = [int(order_id) for order_id in ids]
    ids = ids or Production.search([("state", "=", "confirmed")])
    try:
        report = Production.refresh_production_orders(
            ids, scheduling_direction="forward", restore_reservation=True
        )
    except odoorpc.error.RPCError as error:
        raise SystemExit(f"Odoo says: {error}") from None
    for order in report["orders"]:
        sys.stdout.write(f"{order['name']}: {order['status']} {order['message']}\n")
    return report


if __name__ == "__main__":
    main(*sys.argv[1:])
