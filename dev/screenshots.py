"""Take the pictures of static/description from a running server with demo data.

    screenshots.py URL DATABASE

Run by `make screenshots`, which starts that server on a database of its own. It makes
an order as a planner would leave it behind: a new quantity and due date, a component
changed, one added and one removed by hand.
"""

import sys
import xmlrpc.client
from datetime import datetime, time, timedelta
from pathlib import Path

from browser import Browser

PICTURES = Path(__file__).resolve().parent.parent / "static" / "description"
LOGIN = PASSWORD = "admin"
DIALOG = ".modal .modal-content"
PREVIEW = ".modal .o_mrp_refresh_preview"
ROWS = ".modal .o_mrp_refresh_orders"
RUNS = "mrp_production_refresh.mrp_production_refresh_run_action"
LIST = "mrp_production_refresh.mrp_production_action_refreshable"


class Server:
    """A database reached by XML-RPC, as a client program does."""

    def __init__(self, url, database):
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, LOGIN, PASSWORD, {})
        self.models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")
        self.database = database

    def call(self, model, method, *args, **kwargs):
        return self.models.execute_kw(
            self.database, self.uid, PASSWORD, model, method, args, kwargs
        )

    def ref(self, xml_id):
        module, name = xml_id.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, ["res_id"])
        return found[0]["res_id"]

    def zone(self):
        """Return the user's time zone: the web client shows times in the browser's."""
        return self.call("res.users", "read", [self.uid], ["tz"])[0]["tz"] or "UTC"

    def product_of(self, bom):
        template = self.call("mrp.bom", "read", [bom], ["product_tmpl_id"])[0]
        domain = [("product_tmpl_id", "=", template["product_tmpl_id"][0])]
        return self.call("product.product", "search", domain, limit=1)[0]

    def make_order(self, bom, quantity, due):
        values = {
            "product_id": self.product_of(bom),
            "bom_id": bom,
            "product_qty": quantity,
            "date_deadline": due.strftime("%Y-%m-%d %H:%M:%S"),
        }
        return self.call("mrp.production", "create", values)


def make_orders(server):
    """Return an order changed by hand and a few others."""
    today = datetime.combine(datetime.now().date(), time(15))
    drawer = server.ref("mrp.mrp_bom_drawer_rout")
    changed = server.make_order(drawer, 2, today + timedelta(days=14))
    server.call("mrp.production", "refresh_production_orders", [changed])
    moves = server.call(
        "stock.move", "search", [("raw_material_production_id", "=", changed)]
    )
    screw = server.call("product.product", "search", [("name", "=", "Screw")], limit=1)[
        0
    ]
    server.call(
        "mrp.production",
        "write",
        [changed],
        {
            "product_qty": 5,
            "date_deadline": str(today + timedelta(days=21)),
            "move_raw_ids": [
                (1, moves[0], {"product_uom_qty": 3}),
                (2, moves[1], 0),
                (0, 0, {"product_id": screw, "product_uom_qty": 12}),
            ],
        },
    )
    table = server.ref("mrp.mrp_bom_desk")
    late = server.make_order(table, 10, today + timedelta(days=1))
    top = server.make_order(
        server.ref("mrp.mrp_bom_table_top"), 4, today + timedelta(days=10)
    )
    server.call("mrp.production", "refresh_production_orders", [top])
    return changed, late, top


def make_many(server):
    """Return orders for a run: twelve, and one that is refused."""
    day = datetime.combine(datetime.now().date(), time(15))
    drawer = server.ref("mrp.mrp_bom_drawer_rout")
    orders = [
        server.make_order(drawer, number % 4 + 1, day + timedelta(days=2 + 2 * number))
        for number in range(13)
    ]
    server.call("mrp.production", "write", orders[-1:], {"date_deadline": False})
    return orders


def take(url, database):
    server = Server(url, database)
    changed, *_others = make_orders(server)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with Browser(1400, 1150) as browser:
        browser.log_in(url, LOGIN, PASSWORD)
        browser.send("Emulation.setTimezoneOverride", timezoneId=server.zone())
        browser.set_size(1400, 900)
        browser.open(f"{url}/odoo/manufacturing/{changed}")
        browser.wait_for("button[name=action_refresh]")
        browser.wait("[...document.images].every((image) => image.complete)")
        browser.picture(PICTURES / "screenshot_form.png")
        browser.set_size(1400, 1150)
        browser.click("button[name=action_refresh]")
        browser.wait_for(PREVIEW)
        browser.picture(PICTURES / "screenshot_dialog.png", DIALOG)
        browser.click(".modal .o_notebook a[name=timeline]")
        browser.wait_for(".modal .o_mrp_timeline_bar")
        browser.picture(PICTURES / "screenshot_timeline.png", DIALOG)
        browser.click(".modal footer button[name=action_apply]")
        browser.wait_for(".o_notification")
        browser.wait("!document.querySelector('.modal, .o_loading_indicator')")
        browser.wait_for(".o-mail-Message table")
        browser.set_size(1400, 900)
        browser.picture(PICTURES / "screenshot_result.png")
        browser.set_size(1400, 1150)
        browser.open(f"{url}/odoo/action-{LIST}")
        browser.click("thead .o_list_record_selector input")
        browser.click("button[name=action_refresh]")
        browser.wait_for(ROWS)
        browser.picture(PICTURES / "screenshot_several.png", DIALOG)
        run = server.call("mrp.production", "refresh_in_background", make_many(server))
        browser.open(f"{url}/odoo/action-{RUNS}/{run['run_id']}")
        browser.wait_for(".o_statusbar_status [data-value=done].o_arrow_button_current")
        browser.set_size(1400, 900)
        browser.wait("document.querySelectorAll('.o_data_row').length > 12", 60)
        browser.picture(PICTURES / "screenshot_run.png")
        browser.set_size(1400, 1150)
        browser.open(f"{url}/odoo/settings")
        browser.click("[data-key=mrp]")
        browser.wait_for("#refresh_update_bom")
        block = ".o_settings_container:has(#refresh_update_bom)"
        browser.run(f"document.querySelector('{block}').scrollIntoView()")
        browser.picture(PICTURES / "screenshot_settings.png", block)
        if browser.errors:
            raise SystemExit(f"The page has errors: {browser.errors}")


if __name__ == "__main__":
    take(*sys.argv[1:])
