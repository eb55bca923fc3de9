from odoo import models

from .mrp_production_refresh_format import KINDS


class MrpProductionRefreshFormat(models.AbstractModel):
    """Counts and sums of changes; no word of them depends on the number."""

    _inherit = "mrp.production.refresh.format"

    def _format_label_count(self, label, count):
        """Return such as `Refused: 3`, whatever the number."""
        return self.env._("%(label)s: %(count)s", label=label, count=count)

    def _format_count(self, action, count):
        """Return such as `added: 2`: no word of it depends on the number."""
        return {
            "add": self.env._("added: %s", count),
            "update": self.env._("changed: %s", count),
            "schedule": self.env._("scheduled: %s", count),
            "move": self.env._("moved: %s", count),
            "remove": self.env._("removed: %s", count),
        }[action]

    def _format_summary(self, changes):
        """Return one line such as `Components (added: 1). Operations (moved: 2)`."""
        labels = self._get_kind_labels()
        sentences = []
        for kind in KINDS:
            parts = []
            for action in ("add", "update", "schedule", "move", "remove"):
                count = sum(
                    change["kind"] == kind and self._get_change_action(change) == action
                    for change in changes
                )
                if count:
                    parts.append(self._format_count(action, count))
            if parts:
                sentences.append(
                    self.env._(
                        "%(lines)s (%(what)s)",
                        lines=labels[kind],
                        what=", ".join(parts),
                    )
                )
        return ". ".join(sentences)
