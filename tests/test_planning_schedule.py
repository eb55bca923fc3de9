from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..planning.schedule import schedule_orders
from .common_planning import chain, order, worktime

A, B, C, D = 1, 2, 3, 4


def september(day, hour=0, minute=0):
    return datetime(2027, 9, day, hour, minute)


def starts(schedule):
    return [slot.start for slot in schedule.slots]


def ends(schedule):
    return [slot.end for slot in schedule.slots]


@tagged("post_install", "-at_install")
class TestReferenceFigures(BaseCase):
    """Business Central's own results; A 09-14, B 08-16, C 08-23, Monday to Friday."""

    def setUp(self):
        super().setUp()
        self.worktimes = {
            A: worktime(A, (9, 14)),
            B: worktime(B, (8, 16)),
            C: worktime(C, (8, 23)),
        }

    def place(self, *orders):
        return schedule_orders(orders, self.worktimes)

    def test_back_from_due_date(self):
        [plan] = self.place(
            order(
                *chain((A, 600), (B, 1200), (C, 1800)),
                direction="back",
                due=september(27, 23),
            )
        )
        self.assertEqual(
            starts(plan), [september(17, 12), september(21, 12), september(24, 8)]
        )
        self.assertEqual(plan.start, september(17, 12))
        self.assertEqual(plan.end, september(27, 23))
        self.assertFalse(plan.turned or plan.late or plan.refusal)

    def test_forward_from_start_asked_for(self):
        [plan] = self.place(
            order(*chain((C, 1800), (B, 1200), (A, 600)), start=september(17, 12))
        )
        self.assertEqual(
            starts(plan), [september(17, 12), september(21, 12), september(24, 9)]
        )
        self.assertEqual(plan.end, september(27, 14))
