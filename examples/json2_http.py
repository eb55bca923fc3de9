"""Refresh manufacturing orders over JSON-2 with an API key.

    python examples/json2_http.py http://localhost:8069 DATABASE API_KEY ID...

Any HTTP client does: POST /json/2/mrp.production/METHOD, the ids and the options in the
body. A user makes an API key in Preferences > Security. Needs ``requests``.
"""

import sys

import requests

TIMEOUT = 600  # seconds; about fifty orders a second, see benchmarks/


def call(url, database, key, method, ids, **options):
    """Call a method of ``mrp.production`` and return its result."""
    response = requests.post(
        f"{url}/json/2/mrp.production/{method}",
        json={"ids": ids, **options},
        headers={"Authorization": f"bearer {key}", "X-Odoo-Database": database},
        timeout=TIMEOUT,
    )
    if not response.ok:
        # 401 wrong key, 403 no right to these orders, 422 an option is wrong
        raise SystemExit(f"Odoo says: {response.json()['message']}")
    return response.json()


def main(url, database, key, *ids):
    ids = [int(order_id) for order_id in ids]
    report = call(url, database, key, "refresh_production_orders", ids)
    busy = [row["id"] for row in report["orders"] if row["code"] == "locked"]
    if busy:  # somebody else held them at that moment: once more
        call(url, database, key, "refresh_production_orders", busy)
    for order in report["orders"]:
        sys.stdout.write(f"{order['name']}: {order['status']} {order['message']}\n")
    return report


if __name__ == "__main__":
    main(*sys.argv[1:])
