from odoo import models

CHANGED_HERE = "mrp_production_refresh.leaves"


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    def write(self, vals):
        self._note_change()
        return super().write(vals)

    def unlink(self):
        self._note_change()
        return super().unlink()

    def _note_change(self):
        """Note until the transaction ends that we know better than others see.

        In the data of `postcommit`: those of `precommit` are cleared at a savepoint.
        """
        self._get_changed_here().update(self.ids)

    def _get_changed_here(self):
        """Return the ids of what our transaction has changed or deleted."""
        return self.env.cr.postcommit.data.setdefault(CHANGED_HERE, set())
