"""The texts are all in the template, and every language has all of them."""

import io
import os
import re
from pathlib import Path
from unittest.mock import patch

import polib

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import translate

MODULE = "mrp_production_refresh"
FOLDER = Path(__file__).resolve().parent.parent / "i18n"
LANGUAGES = ("de", "es", "fr", "nl")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"<(\w+)([^>]*)>")
# attributes of a tag whose values are texts too
TEXT_ATTRIBUTES = re.compile(r'\b(?:title|aria-label)="[^"]*"')


def texts(name):
    """Return the entries of a file of the folder by their source text."""
    return {entry.msgid: entry for entry in polib.pofile(str(FOLDER / name))}


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def tags(text):
    return [TEXT_ATTRIBUTES.sub("", " ".join(tag)) for tag in TAG.findall(text)]


@tagged("post_install", "-at_install")
class TestTranslations(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = texts(f"{MODULE}.pot")
        cls.languages = {code: texts(f"{code}.po") for code in LANGUAGES}

    def test_every_language_has_every_text(self):
        for code, entries in self.languages.items():
            with self.subTest(code):
                self.assertEqual(set(entries), set(self.template))
                empty = [text for text, entry in entries.items() if not entry.msgstr]
                self.assertFalse(empty)

    def test_nothing_is_fuzzy_or_obsolete(self):
        for code in LANGUAGES:
            po = polib.pofile(str(FOLDER / f"{code}.po"))
            with self.subTest(code):
                self.assertFalse(po.fuzzy_entries())
                self.assertFalse(po.obsolete_entries())
                self.assertEqual(po.metadata["Language"], code)

    def test_placeholders_and_tags_are_those_of_the_source(self):
        for code, entries in self.languages.items():
            for text, entry in entries.items():
                with self.subTest(code, text=text):
                    self.assertEqual(placeholders(entry.msgstr), placeholders(text))
                    self.assertEqual(tags(entry.msgstr), tags(text))

    def test_space_at_the_ends_and_paragraphs_stay(self):
        for code, entries in self.languages.items():
            for text, entry in entries.items():
                if "<" in text or "\n  " in text:
                    continue  # XML, where space means nothing
                with self.subTest(code, text=text):
                    self.assertEqual(entry.msgstr.strip(), entry.msgstr.strip(" "))
                    self.assertEqual(entry.msgstr.count("\n"), text.count("\n"))

    def test_languages_differ_from_the_source(self):
        """A copied template would pass all other checks."""
        for code, entries in self.languages.items():
            same = [
                text
                for text, entry in entries.items()
                if entry.msgstr == text and len(text.split()) > 3 and "%" not in text
            ]
            with self.subTest(code):
                self.assertFalse(same)


@tagged("post_install", "-at_install")
class TestTemplate(TransactionCase):
    def export(self):
        """Return the texts that Odoo exports now."""
        walk = os.walk

        def walk_visible(top, **options):
            # a checkout has its databases and Odoo itself in .odoo/
            for root, folders, files in walk(top, **options):
                folders[:] = [name for name in folders if not name.startswith(".")]
                yield root, folders, files

        buffer = io.BytesIO()
        with patch.object(translate.os, "walk", walk_visible):
            translate.trans_export(False, [MODULE], buffer, "po", self.env)
        return {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}

    def test_template_is_what_odoo_exports(self):
        """After a text changed: `make pot`, then translate what it names."""
        wanted, found = self.export(), set(texts(f"{MODULE}.pot"))
        self.assertGreater(len(wanted), 300)
        self.assertEqual(sorted(wanted - found), [], "missing in the template")
        self.assertEqual(sorted(found - wanted), [], "gone from the source")
