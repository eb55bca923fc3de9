from markupsafe import Markup

from odoo import models

ARROWS = {"ltr": Markup(" &#8594; "), "rtl": Markup(" &#8592; ")}  # never mirrored


class MrpProductionRefreshFormat(models.AbstractModel):
    """The note in an order's chatter: what a refresh changed, as a small table.

    Composed by hand, not rendered by a template: a run over thousands of orders writes
    one each.
    """

    _inherit = "mrp.production.refresh.format"

    def _format_note(self, direction, span, warnings, sections):
        """Return the note as safe HTML; what people typed is escaped.

        :param direction: ``back`` or ``forward``
        :param span: the order's `start – end` as text, or nothing
        :param sections: the changes, see :meth:`_format_sections`
        """
        body = self._format_note_title(direction, span)
        if warnings:
            rows = Markup().join(Markup("<li>%s</li>") % text for text in warnings)
            body += Markup("<ul>%s</ul>") % rows
        if sections:
            rows = Markup().join(map(self._format_note_section, sections))
            body += Markup('<table class="table table-sm mb-0">%s</table>') % rows
        return body

    def _format_note_title(self, direction, span):
        title = (
            self.env._("Refreshed, scheduled back from the due date")
            if direction == "back"
            else self.env._("Refreshed, scheduled forward from the start")
        )
        if not span:
            return Markup("<p>%s</p>") % title
        return Markup("<p>%s: <b>%s</b></p>") % (title, span)

    def _format_note_section(self, section):
        head = Markup('<tr><th colspan="3"><b>%s</b></th></tr>') % section["label"]
        return head + Markup().join(map(self._format_note_row, section["rows"]))

    def _format_note_row(self, row):
        name = row["name"]
        if row["manual"]:
            name = self.env._("%(line)s (by hand)", line=name)
        cells = Markup("<br/>").join(map(self._format_note_cell, row["cells"]))
        row_format = Markup(
            '<tr><td class="text-nowrap">%s</td><td>%s</td><td>%s</td></tr>'
        )
        return row_format % (row["label"], name, cells)

    def _format_note_cell(self, cell):
        after = cell["after"] or "–"
        arrow = ARROWS[self._get_lang().direction]
        text = cell["before"] + arrow + after if cell["before"] else after
        return Markup("%s: %s") % (cell["label"], text) if cell["label"] else text
