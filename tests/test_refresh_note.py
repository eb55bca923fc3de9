from lxml import html

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestRefreshNote(RefreshCase):
    """The note that a refresh leaves in the chatter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table, cls.leg, cls.top = cls.make_products("Table", "Leg", "Top")
        cls.bom = cls.make_bom(
            cls.table, [(cls.leg, 4)], [{"name": "Assemble", "minutes": 60}]
        )

    def make_note(self, lang="en_US", **values):
        """Return the note of an order whose legs somebody changed."""
        order = self.make_order(self.bom, qty=2, **values).with_context(lang=lang)
        self.refresh(order)
        order.move_raw_ids.product_uom_qty = 99
        self.add_line(self.bom, self.top)
        self.refresh(order)
        return html.fromstring(order.message_ids[0].body)

    def rows(self, note):
        return [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in note.iter("tr")
        ]

    def test_changes_are_rows_of_a_table(self):
        rows = self.rows(self.make_note())
        self.assertEqual(rows[0], ["Components"])
        self.assertIn(["Changed", "Leg (by hand)", "99 Units → 8 Units"], rows)
        self.assertIn(["Added", "Top", "2 Units"], rows)

    def test_arrow_points_where_the_language_reads_to(self):
        self.env["res.lang"]._activate_lang("ar_001")
        text = self.make_note(lang="ar_001").text_content()
        self.assertIn("←", text)
        self.assertNotIn("→", text)

    def test_title_says_how_it_was_scheduled(self):
        title = self.make_note().xpath("//p")[0].text_content()
        self.assertIn("Refreshed, scheduled back from the due date: ", title)

    def test_warnings_are_in_it(self):
        note = self.make_note(date_deadline=self.now)
        warnings = [item.text_content() for item in note.iter("li")]
        self.assertTrue(any("after its due date" in text for text in warnings))

    def test_what_people_typed_is_escaped(self):
        self.leg.name = "<b>Leg</b> & <script>x()</script>"
        note = self.make_note()
        self.assertFalse(note.xpath("//script"))
        self.assertFalse(note.xpath("//td/b"))
        text = note.text_content()
        self.assertIn("<b>Leg</b> & <script>x()</script> (by hand)", text)

    def test_delay_has_no_plurals_to_get_wrong(self):
        note = self.make_note(date_deadline=self.now)
        self.assertNotIn("days", note.text_content())
