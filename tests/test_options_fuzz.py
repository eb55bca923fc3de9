"""Options as no sane program sends them: a clear error, and nothing changed."""

import os
from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..planning.options import DATES, FLAGS, NAMES
from .common import RefreshCase

EXAMPLES = int(os.environ.get("REFRESH_FUZZ", "60"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=10)
    | st.datetimes()
    | st.dates()
    | st.complex_numbers()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
near_dates = st.sampled_from(
    (
        *("0000-01-01", "2030-13-01", "2030-01-32 10:00:00", "2030-01-01T25:00:00"),
        *("2030-01-01 10:00:00+99:00", "30/01/2030", "now", "tomorrow", "1e9", "Z"),
        *("2030-01-01 10:00:00 UTC", "２０３０-01-01x", "9999-12-31 23:59:59", "\x00"),
        *("0001-01-01 00:00:00+14:00", datetime.min, datetime.max, date.min, date.max),
    )
)


def is_wrong(name, value):
    """True for a value that the option must not accept."""
    if name in FLAGS:
        return not isinstance(value, int) or value not in (0, 1)
    if name in DATES:
        # anything of text may be a date after all
        allowed = (str, date) if value else (str, date, type(None), bool)
        return not isinstance(value, allowed)
    return value not in ("back", "forward")


@st.composite
def wrong_options(draw):
    """Options of which at least one is wrong, the others anything."""
    options = draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
    if draw(st.booleans()):
        name = draw(st.text(max_size=20).filter(lambda text: text not in NAMES))
        options[name] = draw(values)
    else:
        name = draw(st.sampled_from(NAMES))
        wrong = values.filter(lambda value: is_wrong(name, value))
        options[name] = draw(wrong | near_dates if name in DATES else wrong)
    return options


@tagged("post_install", "-at_install")
class TestOptionsFuzz(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cake, flour = cls.make_products("Cake", "Flour")
        oven = cls.make_workcenter("Oven")
        cls.bom = cls.make_bom(
            cake, [(flour, 2)], [{"name": "Bake", "workcenter": oven}]
        )
        cls.order = cls.make_confirmed_order(cls.bom)
        cls.bom.bom_line_ids.product_qty = 3  # so that a refresh would change it
        cls.order = cls.order.with_user(cls.make_planner())

    def state_of(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        order = order.sudo()
        records = (order, order.move_raw_ids, order.move_finished_ids)
        return [record.read() for record in (*records, order.workorder_ids)]

    @SETTINGS
    @given(options=wrong_options())
    def test_fuzz_wrong_options_are_refused_and_change_nothing(self, options):
        before = self.order.sudo().write_date, self.order.sudo().message_ids.ids
        for method in ("refresh_production_orders", "preview_refresh"):
            with self.assertRaises(UserError) as caught:
                getattr(self.order, method)(**options)
            self.assertNotIn("Traceback", str(caught.exception))
            self.assertTrue(str(caught.exception).strip())
        after = self.order.sudo().write_date, self.order.sudo().message_ids.ids
        self.assertEqual(after, before)
        self.assertEqual(self.order.sudo().move_raw_ids.product_uom_qty, 2)

    @SETTINGS
    @given(options=st.dictionaries(st.sampled_from(NAMES), values, max_size=4))
    def test_fuzz_any_options_give_a_report_or_a_clear_error(self, options):
        try:
            result = self.order.preview_refresh(**options)
        except UserError as error:
            self.assertTrue(str(error).strip())
        else:
            self.assertEqual(len(result["orders"]), 1)
            self.assertEqual(result["failed"], 0, result)

    @settings(SETTINGS, max_examples=-(-EXAMPLES // 5))  # far dates take their time
    @given(
        direction=st.sampled_from(("back", "forward")),
        due_date=st.datetimes(datetime(1900, 1, 1), datetime(8999, 12, 31)),
        start_date=st.datetimes(datetime(1900, 1, 1), datetime(8999, 12, 31)),
    )
    def test_fuzz_any_date_is_scheduled_or_refused(
        self, direction, due_date, start_date
    ):
        result = self.order.preview_refresh(
            scheduling_direction=direction, due_date=due_date, start_date=start_date
        )
        (row,) = result["orders"]
        self.assertIn(row["status"], ("refreshed", "refused"), row)
        if row["status"] == "refused":
            self.assertEqual(row["code"], "no_slot")

    def test_wrong_options_leave_every_stored_value(self):
        before = self.state_of(self.order)
        for options in ({"due_date": "soon"}, {"colour": "red"}, {"start_date": 5}):
            with self.subTest(options), self.assertRaises(UserError):
                self.order.refresh_production_orders(**options)
        self.assertEqual(self.state_of(self.order), before)

    def test_options_by_position_and_ids_that_are_none_are_refused(self):
        with self.assertRaisesRegex(UserError, "by name"):
            self.order.refresh_production_orders("back")
        with self.assertRaisesRegex(UserError, "by name"):
            self.order.preview_refresh({"due_date": False})
        for ids in (["5"], [True], [0], [None], [5.0], [[5]]):
            with self.subTest(ids), self.assertRaisesRegex(UserError, "whole numbers"):
                self.order.browse(ids).refresh_production_orders()
