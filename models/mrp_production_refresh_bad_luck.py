import logging
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import psycopg2
import psycopg2.errors

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE as MAX_TRIES
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# cursor -> how often it lost; a call has the same one each time that it is repeated
CONFLICTS = WeakKeyDictionary()


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What a caller is told when the database lets a call down."""

    _inherit = "mrp.production.refresh.pipeline"

    @contextmanager
    def _tell_bad_luck(self):
        """Say it in words when the database cannot do it, and let through what Odoo
        repeats.
        """
        try:
            yield
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if self._count_conflict() < MAX_TRIES:
                raise
            raise UserError(
                self.env._(
                    "Others kept changing the same orders, materials or work centers, "
                    "so nothing was refreshed. Try again later."
                )
            ) from None
        except psycopg2.errors.ReadOnlySqlTransaction:
            if self.env.cr.readonly:
                raise  # Odoo 19 (http.py) repeats the call on a cursor that writes
            raise UserError(
                self.env._(
                    "The database is read-only at the moment, so nothing was "
                    "refreshed. Try again later."
                )
            ) from None
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            cr = self.env.cr
            if not cr.closed:
                raise
            _logger.warning("A refresh has lost its database", exc_info=True)
            # Odoo 19 (Cursor._close) would roll back on the dead connection, and tell
            # the client of that instead
            cr.rollback = cr.clear
            raise UserError(
                self.env._(
                    "The connection to the database was lost, so nothing was "
                    "refreshed. Try again later."
                )
            ) from None

    @api.model
    def _count_conflict(self):
        """Return how often the call has lost against other transactions by now.

        As often as Odoo repeats it (19: ``odoo.service.model.retrying``), and it would
        hand the error to the client.
        """
        cr = self.env.cr
        CONFLICTS[cr] = CONFLICTS.get(cr, 0) + 1
        return CONFLICTS[cr]

    @api.model
    def _forget_conflicts(self):
        """Begin to count anew, for those who repeat what is lost themselves."""
        CONFLICTS.pop(self.env.cr, None)
