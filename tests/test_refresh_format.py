from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestRefreshFormat(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = cls.env["mrp.production.refresh.format"].with_context(
            tz="Europe/Brussels", lang="en_US"
        )

    def plain(self, text):
        return text.replace("\u202f", " ")

    def test_moment_is_local_and_names_the_weekday(self):
        moment = self.plain(self.text._format_moment("2030-01-07 08:00:00"))
        self.assertEqual(moment, "Mon, Jan 7, 9:00 AM")

    def test_moment_of_another_year_names_the_year(self):
        moment = self.plain(self.text._format_moment("2031-01-07 08:00:00"))
        self.assertEqual(moment, "Tue, Jan 7, 2031, 9:00 AM")

    def test_digits_are_those_of_the_web_client(self):
        languages = self.env["res.lang"]
        for code, time in (
            ("ar_001", "٩:٠٠ ص"),
            ("bn_IN", "৯:০০ AM"),
            ("de_DE", "09:00"),
        ):
            languages._activate_lang(code)
            text = self.text.with_context(lang=code)
            moment = self.plain(text._format_moment("2030-01-07 08:00:00"))
            self.assertTrue(moment.endswith(time), moment)
            self.assertNotRegex(moment, "[0-9]" if code != "de_DE" else "[٠-٩০-৯]")

    def test_moment_of_nothing_is_empty(self):
        self.assertEqual(self.text._format_moment(False), "")

    def test_span_on_one_day_names_it_once(self):
        span = self.text._format_span("2030-01-07 08:00:00", "2030-01-07 10:30:00")
        self.assertEqual(self.plain(span), "Mon, Jan 7, 9:00 AM – 11:30 AM")

    def test_span_over_days_names_both(self):
        span = self.text._format_span("2030-01-07 08:00:00", "2030-01-08 10:30:00")
        self.assertEqual(self.plain(span), "Mon, Jan 7, 9:00 AM – Tue, Jan 8, 11:30 AM")

    def test_lateness_is_in_days_hours_and_minutes(self):
        late = self.text._format_lateness
        due = "2030-01-07 08:00:00"
        self.assertEqual(late("2030-01-09 11:00:00", due), "2 d 3 h")
        self.assertEqual(late("2030-01-07 11:20:00", due), "3 h 20 min")
        self.assertEqual(late("2030-01-07 08:05:00", due), "5 min")
        self.assertEqual(late("2030-01-08 08:10:00", due), "1 d")
        self.assertEqual(late("2030-01-07 10:00:00", due), "2 h")
        self.assertEqual(late(due, due), "")
        self.assertEqual(late(due, False), "")

    def test_numbers_lose_idle_zeros(self):
        value = self.text._format_value
        self.assertEqual(value("stock.move", "product_uom_qty", 3.0), "3")
        self.assertEqual(value("stock.move", "product_uom_qty", 1250.5), "1,250.5")
        self.assertEqual(value("stock.move", "product_uom_qty", 0), "0")

    def test_values_are_words(self):
        value = self.text._format_value
        self.assertEqual(value("stock.move", "manual_consumption", True), "Yes")
        self.assertEqual(value("mrp.workorder", "duration_expected", 95), "01:35")
        self.assertEqual(value("stock.move", "product_uom", self.kg.id), "kg")
        workcenter = self.make_workcenter("Bench")
        self.assertEqual(
            value("mrp.workorder", "workcenter_id", workcenter.id), "Bench"
        )
        self.assertEqual(value("mrp.workorder", "workcenter_id", False), "")
        self.assertEqual(value("mrp.workorder", "workcenter_id", [1, "Saw"]), "Saw")

    def test_operation_that_only_moves_in_time_is_moved(self):
        change = {
            "kind": "operation",
            "action": "update",
            "id": False,
            "operation_id": False,
            "name": "Saw",
            "manual": False,
            "before": {"date_start": "2030-01-07 08:00:00"},
            "after": {"date_start": "2030-01-07 10:00:00"},
        }
        section = self.text._format_sections([change])[0]
        self.assertEqual(section["rows"][0]["label"], "Moved")
        self.assertEqual(self.text._format_summary([change]), "Operations (moved: 1)")
        change["before"] = {"date_start": False}
        summary = self.text._format_summary([change])
        self.assertEqual(summary, "Operations (scheduled: 1)")

    def test_unit_change_shows_both_units(self):
        product = self.make_product("Glue", uom=self.kg)
        change = {
            "kind": "component",
            "action": "update",
            "id": False,
            "product_id": product.id,
            "name": "Glue",
            "manual": True,
            "before": {"product_uom_qty": 1.0, "product_uom": self.kg.id},
            "after": {"product_uom_qty": 500.0, "product_uom": self.gram.id},
        }
        row = self.text._format_sections([change])[0]["rows"][0]
        self.assertTrue(row["manual"])
        self.assertEqual(
            row["cells"], [{"label": "", "before": "1 kg", "after": "500 g"}]
        )

    def test_links_and_sequence_stay_out_of_sight(self):
        change = {
            "kind": "component",
            "action": "update",
            "id": False,
            "product_id": False,
            "name": "Leg",
            "manual": False,
            "before": {"bom_line_id": 1, "manual_consumption": False},
            "after": {"bom_line_id": 2, "manual_consumption": True},
        }
        row = self.text._format_sections([change])[0]["rows"][0]
        self.assertEqual(
            [(cell["before"], cell["after"]) for cell in row["cells"]], [("No", "Yes")]
        )
