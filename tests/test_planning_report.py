import doctest
import json
import xmlrpc.client
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..planning import report
from ..planning.diff import Change
from ..planning.report import change_row, plain, summary


def change(kind="component", **values):
    names = {"action": "update", "name": "Flour", "id": 7, "product_id": 5}
    names |= {"operation_id": 3, "before": {}, "after": {}, **values}
    return Change(kind, **names)


@tagged("post_install", "-at_install")
class TestPlanningReport(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(report)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_plain_values_stay_as_they_are(self):
        for value in (0, 1.5, "", "text", True, False, [], {}):
            self.assertEqual(plain(value), value)
            self.assertIs(type(plain(value)), type(value))

    def test_what_xmlrpc_cannot_carry_is_replaced(self):
        nested = {
            1: None,
            ("a", 2): [None, (1, None)],
            "when": {datetime(2027, 9, 27, 23, 0, 5, 99)},
            "day": date(2027, 9, 27),
            "deep": {"deeper": {3: frozenset({None})}},
        }
        found = plain(nested)
        self.assertEqual(
            found,
            {
                "1": False,
                "('a', 2)": [False, [1, False]],
                "when": ["2027-09-27 23:00:05"],
                "day": "2027-09-27",
                "deep": {"deeper": {"3": [False]}},
            },
        )
        self.assertEqual(json.loads(json.dumps(found)), found)
        [again], _method = xmlrpc.client.loads(xmlrpc.client.dumps((found,)))
        self.assertEqual(again, found)

    def test_a_row_names_the_product_or_the_operation(self):
        row = change_row(change(before={"qty": None}, after={"date": date.min}))
        self.assertEqual(
            row,
            {
                "kind": "component",
                "action": "update",
                "id": 7,
                "name": "Flour",
                "manual": False,
                "before": {"qty": False},
                "after": {"date": "0001-01-01"},
                "product_id": 5,
            },
        )
        row = change_row(change("operation", product_id=False, manual=1))
        self.assertEqual((row["operation_id"], row["manual"]), (3, True))
        self.assertNotIn("product_id", row)

    def test_the_summary_counts_each_status(self):
        statuses = ("refreshed", "refused", "refreshed", "failed")
        result = summary({"status": status, "code": None} for status in statuses)
        counts = {name: result[name] for name in report.STATUSES}
        self.assertEqual(
            counts, {"refreshed": 2, "unchanged": 0, "refused": 1, "failed": 1}
        )
        self.assertEqual([row["status"] for row in result["orders"]], list(statuses))
        self.assertEqual({row["code"] for row in result["orders"]}, {False})

    def test_no_orders_give_noughts(self):
        result = summary([])
        self.assertEqual(result.pop("orders"), [])
        self.assertEqual(set(result.values()), {0})
