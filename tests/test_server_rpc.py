"""Other programs call Refresh on a real server with two workers."""

import subprocess
import sys
import xmlrpc.client
from datetime import datetime
from pathlib import Path

import odoolib
import odoorpc
import requests

from odoo.tests import tagged

from ..planning.options import NAMES
from .common_rpc import ACCESS_DENIED, ACCESS_ERROR, TIMEOUT, WARNING, RpcCase
from .server import HOST

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
METHODS = ("refresh_production_orders", "preview_refresh", "refresh_in_background")
MANY = 100_000  # ids
WRONG = (
    # options, what the error must name
    ({"colour": "red"}, "colour"),
    ({"self": 1}, "self"),
    ({"orders": [1]}, "orders"),
    ({"scheduling_direction": "sideways"}, "scheduling_direction"),
    ({"scheduling_direction": ["back"]}, "scheduling_direction"),
    ({"scheduling_direction": False}, "scheduling_direction"),
    ({"calculate_lines": "yes"}, "calculate_lines"),
    ({"calculate_lines": 2}, "calculate_lines"),
    ({"restore_reservation": {"a": 1}}, "restore_reservation"),
    ({"due_date": "soon"}, "due_date"),
    ({"due_date": 20270927}, "due_date"),
    ({"due_date": "2027-02-30 10:00:00"}, "due_date"),
    ({"due_date": "99999-01-01"}, "due_date"),
    ({"start_date": [2027, 9, 27]}, "start_date"),
    ({"start_date": True}, "start_date"),
    ({"calculate_routings": False}, "Routings must be calculated"),
    ({"calculate_components": False}, "Component Need must be calculated"),
)


@tagged("post_install", "-at_install")
class TestServerRpc(RpcCase):
    # clients

    def test_xmlrpc_previews_refreshes_and_says_unchanged(self):
        order = self.make_order()
        before = self.snapshot(order)
        preview = self.planner.call("mrp.production", "preview_refresh", [order])
        self.assertEqual(preview["orders"][0]["status"], "refreshed")
        self.assertEqual(self.snapshot(order), before)
        result = self.refresh([order])
        self.assertPlain(result)
        self.assertEqual(result["refreshed"], 1)
        (row,) = result["orders"]
        self.assertEqual(row["date_finished"], f"{self.due:%Y-%m-%d %H:%M:%S}")
        before = self.snapshot(order)
        again = self.refresh([order])
        self.assertPlain(again)
        self.assertEqual(again["orders"][0]["status"], "unchanged")
        self.assertEqual(self.snapshot(order), before)

    def test_xmlrpc_takes_dates_as_dates(self):
        order = self.make_order()
        due = datetime(2040, 3, 5, 12, 0)
        (row,) = self.refresh([order], due_date=due)["orders"]
        self.assertEqual(row["date_deadline"], "2040-03-05 12:00:00")

    def test_json2_previews_refreshes_and_says_unchanged(self):
        order = self.make_order()
        response = self.json2("preview_refresh", ids=[order])
        self.assertEqual(response.status_code, 200, response.text)
        statuses = []
        for _time in range(2):
            response = self.json2(
                "refresh_production_orders", ids=[order], due_date="2041-03-05 12:00:00"
            )
            self.assertEqual(response.status_code, 200, response.text)
            self.assertPlain(response.json())
            statuses.append(response.json()["orders"][0]["status"])
        self.assertEqual(statuses, ["refreshed", "unchanged"])

    def test_odoo_client_lib_refreshes_over_json2(self):
        order = self.make_order()
        connection = odoolib.get_connection(
            hostname=HOST,
            protocol="json2",
            port=self.server.port,
            database=self.server.database,
            password=self.key,
        )
        model = connection.get_model("mrp.production")
        result = model.refresh_production_orders(ids=[order])
        self.assertEqual(result["refreshed"], 1)
        result = model.refresh_production_orders(ids=[order])
        self.assertEqual(result["unchanged"], 1)

    def test_odoorpc_refreshes(self):
        order = self.make_order()
        client = odoorpc.ODOO(HOST, port=self.server.port, timeout=TIMEOUT)
        client.login(self.server.database, self.planner.login, self.planner.password)
        model = client.env["mrp.production"]
        self.assertEqual(model.preview_refresh([order])["refreshed"], 1)
        self.assertEqual(model.refresh_production_orders([order])["refreshed"], 1)
        self.assertEqual(model.refresh_production_orders([order])["unchanged"], 1)
        with self.assertRaisesRegex(odoorpc.error.RPCError, "colour"):
            model.refresh_production_orders([order], colour="red")

    def test_examples_run_as_they_are_documented(self):
        database = self.server.database
        user = (database, self.planner.login, self.planner.password)
        for name, arguments in (
            ("xmlrpc_client", (self.server.url, *user)),
            ("json2_http", (self.server.url, database, self.key)),
            ("odoorpc_example", (HOST, self.server.port, *user)),
        ):
            with self.subTest(name):
                order = self.make_order()
                good = self.run_example(name, *arguments, order)
                self.assertEqual(good.returncode, 0, good.stderr)
                self.assertIn(": refreshed", good.stdout)
                self.assertEqual(self.refresh([order])["failed"], 0)
                gone = self.run_example(name, *arguments, 999999)
                self.assertIn("does not exist any more", gone.stdout + gone.stderr)

    def run_example(self, name, *arguments):
        return subprocess.run(
            [sys.executable, EXAMPLES / f"{name}.py", *map(str, arguments)],
            capture_output=True,
            check=False,
            text=True,
            timeout=TIMEOUT,
        )

    # options

    def test_wrong_options_are_named_over_xmlrpc(self):
        order = self.make_order()
        before = self.snapshot(order)
        for options, named in WRONG:
            with self.subTest(options=options):
                args = ([order],)
                with self.assertRaises(xmlrpc.client.Fault) as caught:
                    self.planner.execute(
                        "mrp.production", "refresh_production_orders", args, options
                    )
                text = caught.exception.faultString
                self.assertClear(text)
                self.assertEqual(caught.exception.faultCode, WARNING)
                self.assertIn(named, text)
        self.assertEqual(self.snapshot(order), before)

    def test_wrong_options_are_named_over_json2(self):
        order = self.make_order()
        before = self.snapshot(order)
        for options, named in WRONG:
            if "self" in options:
                continue  # Odoo itself takes an argument of that name: a plain 500
            with self.subTest(options=options):
                response = self.json2(
                    "refresh_production_orders", ids=[order], **options
                )
                self.assertEqual(response.status_code, 422)
                self.assertClear(response.json()["message"])
                self.assertIn(named, response.json()["message"])
        self.assertEqual(self.snapshot(order), before)

    def test_options_by_position_are_refused_clearly(self):
        order = self.make_order()
        before = self.snapshot(order)
        for args in (([order], "back"), ([order], {"due_date": False}), ([order], [1])):
            for method in ("refresh_production_orders", "preview_refresh"):
                with self.subTest(args=args, method=method):
                    with self.assertRaises(xmlrpc.client.Fault) as caught:
                        self.planner.call("mrp.production", method, *args)
                    self.assertClear(caught.exception.faultString)
                    self.assertIn("by name", caught.exception.faultString)
        self.assertEqual(self.snapshot(order), before)

    # ids

    def test_ids_that_are_none_are_refused_clearly(self):
        order = self.make_order()
        before = self.snapshot(order)
        for ids in (
            [str(order)],
            [order, "x"],
            "abc",
            [True, order],
            [0],
            [False],
            [""],
            [order, float(order)],
            [[order]],
            [{"id": order}],
            {"id": order},
        ):
            with self.subTest(ids=ids):
                text = self.assertFault(WARNING, ids)
                self.assertIn("whole numbers", text)
        for ids in ([None, order], [10**30], [-(2**40)]):
            with self.subTest(ids=ids):
                response = self.json2("refresh_production_orders", ids=ids)
                self.assertIn(response.status_code, (200, 422), response.text[-900:])
                if response.ok:
                    self.assertEqual(response.json()["failed"], 1)
        self.assertEqual(self.snapshot(order), before)

    def test_unknown_and_deleted_orders_fail_and_others_go_on(self):
        order, gone = self.make_order(), self.make_order(confirm=False)
        self.admin.call("mrp.production", "unlink", [gone])
        result = self.refresh([gone, order, 2**31 - 1, -5])
        self.assertPlain(result)
        statuses = [row["status"] for row in result["orders"]]
        self.assertEqual(statuses, ["failed", "refreshed", "failed", "failed"])
        for row in result["orders"]:
            if row["status"] == "failed":
                self.assertClear(row["message"])
                self.assertIn("does not exist", row["message"])

    def test_an_order_given_twice_is_refreshed_once(self):
        order = self.make_order()
        result = self.refresh([order, order, order])
        self.assertEqual(len(result["orders"]), 1)
        self.assertEqual(result["refreshed"], 1)

    def test_no_orders_give_an_empty_report(self):
        result = self.refresh([])
        self.assertEqual(result["orders"], [])
        self.assertEqual(result["refreshed"], 0)

    def test_a_long_list_of_unknown_ids_is_answered(self):
        result = self.refresh(list(range(10**6, 10**6 + 5000)))
        self.assertEqual(result["failed"], 5000)
        ids = [self.make_order(), *range(10**6, 10**6 + MANY)]
        response = self.json2("preview_refresh", ids=ids)
        self.assertEqual(response.status_code, 200, response.text[:900])
        self.assertEqual(response.json()["failed"], MANY)
        self.assertEqual(response.json()["refreshed"], 1)

    def test_the_background_tells_what_is_wrong_at_once(self):
        order = self.make_order()
        runs = self.count_runs()
        for ids, options, text in (
            ([], {}, "no manufacturing order"),
            (["x"], {}, "whole numbers"),
            ("abc", {}, "whole numbers"),
            ([order], {"colour": "red"}, "colour"),
            ([order], {"self": 1}, "self"),
            ([order], {"due_date": "soon"}, "due_date"),
        ):
            with self.subTest(ids=ids, options=options):
                with self.assertRaises(xmlrpc.client.Fault) as caught:
                    self.planner.execute(
                        "mrp.production", "refresh_in_background", (ids,), options
                    )
                self.assertEqual(caught.exception.faultCode, WARNING)
                self.assertClear(caught.exception.faultString)
                self.assertIn(text, caught.exception.faultString)
        self.assertEqual(self.count_runs(), runs)

    def count_runs(self):
        return self.admin.call("mrp.production.refresh.run", "search_count", [])

    def test_a_run_is_started_watched_and_cancelled(self):
        order, gone = self.make_order(), self.make_order(confirm=False)
        self.admin.call("mrp.production", "unlink", [gone])
        result = self.planner.call(
            "mrp.production", "refresh_in_background", [order, gone, order]
        )
        self.assertPlain(result)
        self.assertEqual(result["orders"], 2)
        model, run = "mrp.production.refresh.run", result["run_id"]
        self.assertIs(self.planner.call(model, "action_cancel", [run]), True)
        (row,) = self.planner.call(
            model, "read", [run], ["state", "count_failed", "count_cancelled"]
        )
        del row["id"]
        self.assertEqual(
            row, {"state": "cancelled", "count_failed": 1, "count_cancelled": 1}
        )
        outsider = self.admin.make_user("run_outsider", "base.group_user")
        for method in ("action_cancel", "action_retry", "read"):
            with self.subTest(method), self.assertRaises(xmlrpc.client.Fault) as caught:
                outsider.call(model, method, [run])
            self.assertEqual(caught.exception.faultCode, ACCESS_ERROR)
            self.assertClear(caught.exception.faultString.replace(model, ""))

    # rights

    def test_users_without_rights_are_refused_clearly(self):
        order = self.make_order()
        before = self.snapshot(order)
        for login, group in (
            ("outsider", "base.group_user"),
            ("portal", "base.group_portal"),
        ):
            with self.subTest(login):
                client = self.admin.make_user(login, group)
                self.assertFault(ACCESS_ERROR, [order], client=client)
                key = self.make_key(client)
                for method in METHODS:
                    response = self.json2(method, key=key, ids=[order])
                    self.assertEqual(response.status_code, 403)
                    self.assertClear(response.json()["message"])
        self.assertEqual(self.snapshot(order), before)

    def test_a_wrong_key_and_a_wrong_password_are_refused(self):
        order = self.make_order()
        response = self.json2("refresh_production_orders", key="0" * 40, ids=[order])
        self.assertEqual(response.status_code, 401)
        client = self.planner.again()
        client.password = "wrong"
        self.assertFault(ACCESS_DENIED, [order], client=client)

    def test_orders_of_another_company_are_refused_whole(self):
        mine = self.make_order()
        company = self.admin.add("res.company", name="Other")
        context = {"allowed_company_ids": [company]}
        (me,) = self.admin.call("res.users", "read", [self.admin.uid], ["company_ids"])
        companies = {"company_ids": [*me["company_ids"], company]}
        self.admin.call("res.users", "write", [self.admin.uid], companies)
        house = {"name": "Other", "code": "OTH", "company_id": company}
        self.admin.call("stock.warehouse", "create", [house], context=context)
        order = {"product_id": self.product["product_id"]}
        (theirs,) = self.admin.call(
            "mrp.production", "create", [order], context=context
        )
        before = self.snapshot(mine)
        for ids in ([theirs], [mine, theirs]):
            with self.subTest(ids=ids):
                self.assertFault(ACCESS_ERROR, ids)
        self.assertEqual(self.snapshot(mine), before)

    # Odoo's own description

    def test_api_page_shows_options_and_results_with_their_types(self):
        doc = self.admin.ref("api_doc.group_allow_doc")
        self.admin.call(
            "res.users", "write", [self.planner.uid], {"group_ids": [(4, doc)]}
        )
        response = requests.get(
            f"{self.server.url}/doc-bearer/mrp.production.json",
            headers={
                "Authorization": f"bearer {self.key}",
                "X-Odoo-Database": self.server.database,
            },
            timeout=TIMEOUT,
        )
        self.assertEqual(response.status_code, 200, response.text[:900])
        methods = response.json()["methods"]
        for name in METHODS:
            with self.subTest(name):
                shown = methods[name]
                types = {
                    option: shown["parameters"][option]["annotation"]
                    for option in NAMES
                }
                self.assertEqual(types["scheduling_direction"], "'back' | 'forward'")
                self.assertEqual(types["calculate_lines"], "bool")
                self.assertEqual(types["due_date"], "str | bool")
                self.assertEqual(shown["return"]["annotation"], "dict")
                self.assertTrue(shown["return"]["doc"])
                self.assertIn("UserError", shown["raise"])
                self.assertNotIn("system-message", str(shown))
        texts = methods["refresh_production_orders"]["parameters"]
        self.assertTrue(all(texts[option]["doc"] for option in NAMES))
