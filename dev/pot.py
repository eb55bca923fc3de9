"""Put a fresh export of the texts into the repository.

    pot.py NEW.POT FOLDER [--check]

Writes FOLDER/mrp_production_refresh.pot and brings every .po file of the folder in line
with it: new texts come in untranslated, those that are gone go. With --check nothing is
written, and it fails when the template in the folder is not that of the export.
"""

import sys
from pathlib import Path

import polib

MODULE = "mrp_production_refresh"
HEADER = (
    "Translation of Odoo Server.\n"
    f"This file contains the translation of the following modules:\n* {MODULE}\n"
)
# dates would make every export differ
FIXED = {"POT-Creation-Date": "2026-11-22 00:00+0000", "PO-Revision-Date": ""}


def read_export(path):
    """Return the template with its texts in a fixed order."""
    template = polib.pofile(str(path), wrapwidth=78)
    template.header = HEADER
    template.metadata.update(FIXED)
    for entry in template:
        entry.occurrences.sort()
    template.sort(key=lambda entry: entry.msgid)
    return template


def merge(path, template):
    """Bring one .po file in line with the template, translations kept."""
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    metadata = polib.pofile(str(path)).metadata
    merged = polib.POFile(wrapwidth=78)
    merged.header = HEADER
    merged.metadata = metadata
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    return merged


def main(export, folder, *flags):
    template = read_export(export)
    path = Path(folder, f"{MODULE}.pot")
    if "--check" in flags:
        found = {entry.msgid for entry in polib.pofile(str(path))}
        wanted = {entry.msgid for entry in template}
        for text in sorted(wanted - found):
            sys.stdout.write(f"missing in {path}: {text}\n")
        for text in sorted(found - wanted):
            sys.stdout.write(f"not in the source any more: {text}\n")
        sys.exit(found != wanted)
    template.save(str(path))
    for po in sorted(Path(folder).glob("*.po")):
        merged = merge(po, template)
        merged.save(str(po))
        left = len(merged.untranslated_entries())
        sys.stdout.write(f"{po}: {len(merged)} texts, {left} to translate\n")
    sys.stdout.write(f"{path}: {len(template)} texts\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
