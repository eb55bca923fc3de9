"""Orders on a real server for programs that call it, and what they must not be told."""

import re
import secrets
import xmlrpc.client
from datetime import datetime, timedelta

import requests

from odoo.tools import SQL

from odoo.addons.base.models.res_users import (
    API_KEY_SIZE,
    INDEX_SIZE,
    KEY_CRYPT_CONTEXT,
)

from .server import ServerCase

INTERNALS = re.compile(r"Traceback|File \"|psycopg2|<class|_refresh_|OrderPlan|\.py\b")
TIMEOUT = 60
WARNING, ACCESS_DENIED, ACCESS_ERROR = 2, 3, 4  # fault codes of Odoo's XML-RPC


class RpcCase(ServerCase):
    """Orders on a work center; `planner` has *Manufacturing / User* and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_bom(cls.make_workcenter("Assembly"))
        cls.due = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)
        cls.key = cls.make_key(cls.planner)

    @classmethod
    def make_key(cls, client):
        """Return an API key of a user, made as `res.users.apikeys._generate` does."""
        key = secrets.token_hex(API_KEY_SIZE)
        expires = datetime.now() + timedelta(days=1)
        hashed = KEY_CRYPT_CONTEXT.hash(key)
        cls.server.run_sql(
            SQL(
                "INSERT INTO res_users_apikeys "
                "(name, user_id, scope, expiration_date, key, index) "
                "VALUES ('test', %s, 'rpc', %s, %s, %s)",
                *(client.uid, expires, hashed, key[:INDEX_SIZE]),
            )
        )
        return key

    @classmethod
    def make_order(cls, **values):
        """Create an order that is due on a day of its own, at noon."""
        cls.due += timedelta(days=10)
        due = f"{cls.due:%Y-%m-%d %H:%M:%S}"
        (order,) = cls.make_orders(cls.product, date_deadline=due, **values)
        return order

    def refresh(self, ids, client=None, **options):
        client = client or self.planner
        return client.call(
            "mrp.production", "refresh_production_orders", ids, **options
        )

    def json2(self, method, key=None, model="mrp.production", **body):
        return requests.post(
            f"{self.server.url}/json/2/{model}/{method}",
            json=body,
            headers={
                "Authorization": f"bearer {key or self.key}",
                "X-Odoo-Database": self.server.database,
            },
            timeout=TIMEOUT,
        )

    def snapshot(self, *ids):
        """Return what is stored of orders and their lines."""
        found = []
        for model, field in (
            ("mrp.production", "id"),
            ("stock.move", "raw_material_production_id"),
            ("stock.move", "production_id"),
            ("mrp.workorder", "production_id"),
        ):
            domain = [(field, "in", ids)]
            found.append(self.admin.call(model, "search_read", domain, ["write_date"]))
        return found

    def assertPlain(self, value):
        """No None and string keys only, as XML-RPC needs it."""
        self.assertIsNotNone(value)
        if isinstance(value, dict):
            for key, item in value.items():
                self.assertIsInstance(key, str)
                self.assertPlain(item)
        elif isinstance(value, list):
            for item in value:
                self.assertPlain(item)
        else:
            self.assertIsInstance(value, (str, int, float, bool))

    def assertClear(self, text):
        """An error that a person can read: short, and nothing of our insides."""
        self.assertTrue(text.strip())
        self.assertLess(len(text), 600, text)
        self.assertNotRegex(text, INTERNALS)

    def assertFault(self, code, *args, **kwargs):
        """A call over XML-RPC ends with this fault, told clearly; return its text."""
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            self.refresh(*args, **kwargs)
        self.assertClear(caught.exception.faultString)
        self.assertEqual(caught.exception.faultCode, code)
        return caught.exception.faultString
