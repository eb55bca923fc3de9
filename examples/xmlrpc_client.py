"""Refresh manufacturing orders over XML-RPC; Python's standard library is enough.

    python examples/xmlrpc_client.py http://localhost:8069 DATABASE LOGIN PASSWORD ID...

The password may be an API key of the user. See "Other programs" in the README.
"""

import sys
import xmlrpc.client


def connect(url, database, login, password):
    """Return a function that calls a method of ``mrp.production``."""
    common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
    uid = common.authenticate(database, login, password, {})
    if not uid:
        raise SystemExit("Login or password is wrong.")
    models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def call(method, ids, **options):
        return models.execute_kw(
            database, uid, password, "mrp.production", method, [ids], options
        )

    return call


def main(url, database, login, password, *ids):
    call = connect(url, database, login, password)
    ids = [int(order_id) for order_id in ids]
    try:
        preview = call("preview_refresh", ids)  # writes nothing
        report = call("refresh_production_orders", ids)
    except xmlrpc.client.Fault as fault:
        raise SystemExit(f"Odoo says: {fault.faultString}") from None
    for before, order in zip(preview["orders"], report["orders"], strict=True):
        sys.stdout.write(
            f"{order['name']}: {order['status']}, {len(before['changes'])} changes, "
            f"{order['date_start']} to {order['date_finished']} {order['message']}\n"
        )
    return report


if __name__ == "__main__":
    main(*sys.argv[1:])
