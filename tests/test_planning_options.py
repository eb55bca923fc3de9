import doctest
from datetime import date, datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ..planning import options
from ..planning.options import FLAGS, NAMES, OptionError, Options, parse_options


@tagged("post_install", "-at_install")
class TestPlanningOptions(BaseCase):
    def assert_wrong(self, values, option, problem, defaults=None):
        with self.assertRaises(OptionError) as caught:
            parse_options(values, defaults)
        error = caught.exception
        self.assertEqual((error.option, error.problem), (option, problem))
        self.assertIsNone(error.__cause__)

    def test_doctests(self):
        result = doctest.testmod(options)
        self.assertGreater(result.attempted, 0)
        self.assertEqual(result.failed, 0)

    def test_nothing_given_means_back_and_everything_calculated(self):
        self.assertEqual(parse_options({}), Options())
        self.assertEqual(
            Options(),
            Options("back", True, True, True, False, False, False, False),
        )

    def test_given_values_win_over_defaults(self):
        defaults = {"scheduling_direction": "forward", "restore_reservation": True}
        found = parse_options({"scheduling_direction": "back"}, defaults)
        self.assertEqual(found.scheduling_direction, "back")
        self.assertTrue(found.restore_reservation)

    def test_unknown_option_is_named_before_wrong_values(self):
        self.assert_wrong({"due_date": "soon", "colour": 1}, "colour", "unknown")
        self.assert_wrong({5: 1}, "5", "unknown")

    def test_flags_take_booleans_and_what_clients_send_for_them(self):
        for name in FLAGS:
            for given, wanted in ((True, True), (1, True), (False, False), (0, False)):
                with self.subTest(name=name, given=given):
                    # lines need the other two: only the flag in question is looked at
                    values = {"calculate_lines": False, name: given}
                    found = getattr(parse_options(values), name)
                    self.assertIs(found, wanted)

    def test_flags_take_nothing_else(self):
        for name in FLAGS:
            for value in (None, "", "yes", "1", 2, -1, 1.0, 0.0, [], {}, [True]):
                with self.subTest(name=name, value=value):
                    self.assert_wrong({name: value}, name, "bool")

    def test_direction_takes_back_or_forward(self):
        for value in (None, False, True, "", "Back", "back ", 1, ["back"], {"back": 1}):
            with self.subTest(value=value):
                name = "scheduling_direction"
                self.assert_wrong({name: value}, name, "choice")

    def test_dates_become_naive_utc_without_parts_of_a_second(self):
        noon = datetime(2027, 9, 27, 12)
        vienna = timezone(timedelta(hours=2))
        for value in (
            noon,
            "2027-09-27 12:00:00",
            " 2027-09-27T12:00:00 ",
            "2027-09-27T12:00:00Z",
            "2027-09-27 12:00:00.987654",
            "2027-09-27 14:00:00+02:00",
            datetime(2027, 9, 27, 14, tzinfo=vienna),
            datetime(2027, 9, 27, 12, 0, 0, 5),
        ):
            with self.subTest(value=value):
                self.assertEqual(parse_options({"due_date": value}).due_date, noon)

    def test_a_day_is_its_midnight(self):
        midnight = datetime(2027, 9, 27)
        for value in (date(2027, 9, 27), "2027-09-27"):
            found = parse_options({"start_date": value}).start_date
            self.assertEqual(found, midnight)

    def test_no_date_is_false(self):
        for value in (None, False, ""):
            self.assertIs(parse_options({"due_date": value}).due_date, False)

    def test_dates_that_are_none_are_refused(self):
        for value in (
            *("soon", "2027-02-30", "2027-09-27 25:00:00", "27.09.2027", "\x00"),
            *(True, 0, 1, 20270927, 1.5, [], [2027, 9, 27], {"year": 2027}),
            *(
                "1899-12-31",
                "9000-01-01",
                "9999-12-31 23:59:59",
                date.max,
                datetime.min,
            ),
        ):
            with self.subTest(value=value):
                self.assert_wrong({"due_date": value}, "due_date", "date")

    def test_edges_of_the_calendar_in_other_zones(self):
        for value in ("1900-01-01 00:00:00+14:00", "8999-12-31 23:59:59-12:00"):
            self.assertTrue(parse_options({"due_date": value}).due_date)

    def test_lines_need_routings_and_components(self):
        name = "calculate_lines"
        self.assert_wrong({"calculate_routings": False}, name, "lines_need_routings")
        self.assert_wrong(
            {"calculate_components": False}, name, "lines_need_components"
        )
        defaults = {"calculate_routings": False}
        self.assert_wrong({}, name, "lines_need_routings", defaults)
        alone = {"calculate_lines": False, "calculate_components": False}
        self.assertTrue(parse_options(alone).calculates)

    def test_nothing_calculated_when_all_three_are_off(self):
        flags = ("calculate_lines", "calculate_routings", "calculate_components")
        self.assertFalse(parse_options(dict.fromkeys(flags, False)).calculates)
        self.assertTrue(parse_options({}).calculates)

    def test_the_names_are_those_that_others_rely_on(self):
        self.assertEqual(
            NAMES,
            (
                "scheduling_direction",
                "calculate_lines",
                "calculate_routings",
                "calculate_components",
                "create_inbound_request",
                "restore_reservation",
                "due_date",
                "start_date",
            ),
        )
