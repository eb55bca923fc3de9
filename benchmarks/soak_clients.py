"""What the clients of `soak.py` do, and what they are answered."""

import random
import threading
import time
import xmlrpc.client
from collections import Counter, defaultdict
from datetime import datetime, timedelta

CRASH = 1  # Odoo's fault code of anything that it did not foresee
MANY = 150  # open orders; beyond it more are finished than made


class Shop:
    """The orders that all clients share, and the answers that they got."""

    def __init__(self, boms, refresh):
        self.boms, self.refresh = boms, refresh
        self.lock = threading.Lock()
        self.open, self.created, self.crashes = [], [], []
        self.counts, self.latencies = Counter(), defaultdict(list)
        self.deadlocks = 0

    def add(self, order):
        with self.lock:
            self.open.append(order)
            self.created.append(order)

    def drop(self, order):
        with self.lock:
            if order in self.open:
                self.open.remove(order)

    def note(self, name, seconds, answer, text=""):
        with self.lock:
            self.latencies[name].append(seconds)
            self.counts[answer] += 1
            self.deadlocks += "deadlock detected" in text
            if answer == "crash":
                self.crashes.append(f"{name}: {text}")


class Worker:
    """One client: its connection and its dice."""

    def __init__(self, shop, client, seed):
        self.shop, self.client = shop, client
        self.random = random.Random(seed)
        self.deeds = [
            *(self.refresh, self.refresh, self.refresh, self.preview, self.preview),
            *(self.confirm, self.confirm, self.plan, self.unplan, self.assign),
            *(self.produce, self.cancel, self.change, self.background, self.change_bom),
        ]

    def do_something(self):
        if len(self.shop.open) < 10:
            self.make()
        else:
            makes = [self.make] * (2 if len(self.shop.open) < MANY else 0)
            self.random.choice(self.deeds + makes)()

    def pick(self, most=1):
        with self.shop.lock:
            count = self.random.randint(1, most)
            return self.random.sample(self.shop.open, min(count, len(self.shop.open)))

    def call(self, name, method, ids, *args, model="mrp.production", **kwargs):
        """Call a method, note how it went, and return its result or None."""
        begin = time.monotonic()
        try:
            result = self.client.call(model, method, ids, *args, **kwargs)
        except xmlrpc.client.Fault as fault:
            self.shop.note(
                name, time.monotonic() - begin, tell(fault), fault.faultString
            )
            return None
        self.shop.note(name, time.monotonic() - begin, "done")
        return result

    def count(self, report):
        with self.shop.lock:
            for row in report["orders"] if report else ():
                self.shop.counts[f"{row['code'] or row['status']} (order)"] += 1
                if row["status"] == "failed" and "unexpected" in row["message"]:
                    self.shop.crashes.append(f"refresh: {row['message']}")

    def prepare_options(self):
        return {
            "scheduling_direction": self.random.choice(("back", "forward")),
            "restore_reservation": self.random.random() < 0.7,
        }

    # deeds

    def make(self):
        due = datetime.now() + timedelta(hours=self.random.randint(20, 900))
        order = self.call(
            "create",
            "create",
            [
                {
                    "bom_id": self.random.choice(self.shop.boms),
                    "product_qty": self.random.randint(1, 5),
                    "date_deadline": f"{due:%Y-%m-%d %H:%M:%S}",
                }
            ],
        )
        for order_id in order or ():
            self.shop.add(order_id)

    def refresh(self):
        if not self.shop.refresh:
            orders = self.pick(4)
            self.call("update BoM", "action_update_bom", orders)
            self.call("plan", "button_plan", orders)
            return
        self.count(
            self.call(
                "refresh",
                "refresh_production_orders",
                self.pick(4),
                **self.prepare_options(),
            )
        )

    def preview(self):
        if self.shop.refresh:
            self.call(
                "preview", "preview_refresh", self.pick(4), **self.prepare_options()
            )

    def background(self):
        if self.shop.refresh:
            self.call(
                "background",
                "refresh_in_background",
                self.pick(8),
                **self.prepare_options(),
            )

    def confirm(self):
        self.call("confirm", "action_confirm", self.pick(2))

    def plan(self):
        self.call("plan", "button_plan", self.pick())

    def unplan(self):
        self.call("unplan", "button_unplan", self.pick())

    def assign(self):
        self.call("reserve", "action_assign", self.pick(2))

    def produce(self):
        (order,) = self.pick()
        skip = {"skip_consumption": True, "skip_backorder": True}
        if self.call("produce", "button_mark_done", [order], context=skip) is True:
            self.shop.drop(order)

    def cancel(self):
        (order,) = self.pick()
        if self.call("cancel", "action_cancel", [order]):
            self.shop.drop(order)

    def change(self):
        vals = {"product_qty": self.random.randint(1, 6)}
        if self.random.random() < 0.5:
            due = datetime.now() + timedelta(hours=self.random.randint(20, 900))
            vals = {"date_deadline": f"{due:%Y-%m-%d %H:%M:%S}"}
        self.call("change", "write", self.pick(), vals)

    def change_bom(self):
        bom = self.random.choice(self.shop.boms)
        lines = self.client.call("mrp.bom.line", "search", [("bom_id", "=", bom)])
        vals = {"product_qty": self.random.randint(1, 4)}
        self.call("change BoM", "write", lines[:1], vals, model="mrp.bom.line")


def tell(fault):
    """Return in a word what a fault says."""
    text = fault.faultString
    if fault.faultCode != CRASH:
        return "refused"
    if "cannot marshal None" in text:
        return "done"  # and Odoo's method returned nothing
    if "could not serialize" in text:
        return "repeat"  # Odoo gave up after five attempts of its own
    return "crash"
