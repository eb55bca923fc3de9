from itertools import chain

from odoo import api, models
from odoo.tools import float_compare

from ..planning.diff import differences
from .mrp_production_refresh_baseline import QUANTITY


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Which changes undo what somebody did by hand, told with the baseline."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_manual_check(self, order, plan, kind, present_lines, wanted_lines):
        """Return ``is_manual(present, wanted)`` for lines of one kind, see
        :func:`~.planning.diff.diff_lines`.
        """
        baseline = plan.baseline
        same_bom = baseline.get("bom") == order.bom_id.id
        known = self._get_known_lines(baseline, kind) if same_bom else {}
        known = self._forget_operations(known, present_lines, plan.memory)
        lost = self._get_lost_lines(known, [*present_lines, *wanted_lines])
        quantities = self._get_known_quantities(order, baseline)

        def is_manual(present, wanted):
            if wanted is None:
                return self._is_changed_line(present, known, lost, quantities)
            bases = known.get(str(wanted.key), ())
            if present is None:
                return self._is_removed_line(wanted, bases, present_lines)
            if not present.key:
                bases = lost
            bases = [base for base in bases if base["product"] == present.product_id]
            if not bases:
                return not present.key
            return self._is_edited(present.values, bases, quantities, wanted.values)

        return is_manual

    @api.model
    def _is_removed_line(self, wanted, bases, present_lines):
        """Return whether somebody removed a line that comes back: the order has fewer
        of its key than it was filled with. A kit that was added on another line of the
        bill of materials brings one more.

        :param bases: what the baseline knows of the key
        """
        present = [
            line
            for line in present_lines
            if line.key == wanted.key and line.product_id == wanted.product_id
        ]
        same = [base for base in bases if base["product"] == wanted.product_id]
        return len(present) < len(same)

    @api.model
    def _get_known_lines(self, baseline, kind):
        """Return ``{key: [line, ...]}`` of what a baseline knows of lines of one kind,
        also of baselines in the forms that earlier versions wrote.
        """
        return {
            key: base.get("lines")
            or [
                {**base, "factor": factor}
                for factor in base.get("factors") or [base["factor"]]
            ]
            for key, base in baseline.get(kind, {}).items()
        }

    @api.model
    def _forget_operations(self, known, lines, memory):
        """Return ``known`` without operations that were deleted in the master data,
        which leaves their ``lines`` without one.
        """
        present = {line.values["operation_id"] for line in lines}
        if False not in present:
            return known
        bases = list(chain.from_iterable(known.values()))
        there = memory.setdefault("operations_there", {})
        ids = {base["operation"] for base in bases} - present - set(there)
        if ids:
            existing = self._get_existing("mrp.routing.workcenter", ids)
            there.update((record_id, record_id in existing) for record_id in ids)
        return {
            key: [
                base
                if there.get(base["operation"], True)
                else {**base, "operation": False}
                for base in bases
            ]
            for key, bases in known.items()
        }

    @api.model
    def _get_existing(self, model, record_ids):
        """Return which of these records are there still."""
        return set(self.env[model].browse(record_ids).exists().ids)

    @api.model
    def _get_known_quantities(self, order, baseline):
        """Return the quantities that an order has had."""
        main = order.move_finished_ids.filtered(
            lambda move: move.product_id == order.product_id and not move.byproduct_id
        )[:1]
        return {
            order.product_qty,
            main.product_uom_qty,
            baseline.get("quantity") or 0,
        }

    @api.model
    def _get_lost(self, known, lines):
        """Return what a baseline knows of master records that no line names any more:
        they were deleted, and the lines made of them name none.
        """
        keys = {str(line.key) for line in lines}
        return [base for key, base in known.items() if key not in keys]

    @api.model
    def _get_lost_lines(self, known, lines):
        return list(chain.from_iterable(self._get_lost(known, lines)))

    @api.model
    def _is_changed_line(self, line, known, lost, quantities):
        """Return whether a present line is not as the order was filled with it.

        Lines of a master record that the baseline does not know were made of it since,
        and other products of a by-product are those of a kit.
        """
        bases = known.get(str(line.key), ()) if line.key else lost
        same = [base for base in bases if base["product"] == line.product_id]
        if not same:
            return not line.key or bool(bases) and line.kind == "component"
        return self._is_edited(line.values, same, quantities)

    @api.model
    def _is_edited(self, values, bases, quantities, wanted=None):
        """Return whether a line differs from all that its baseline may have made of it,
        at any of the quantities that the order has had, in a value that is not as
        ``wanted``.
        """
        digits = self._get_digits()
        changed = [
            name
            for name in values
            if wanted is None or differences(values, {name: wanted[name]}, digits)
        ]
        return all(
            self._is_otherwise(values, base, quantities, changed) for base in bases
        )

    @api.model
    def _is_otherwise(self, values, base, quantities, names):
        """Return whether one of these values is not as ``base`` says."""
        for name, key in (
            ("product_uom", "unit"),
            ("operation_id", "operation"),
            ("manual_consumption", "manual_consumption"),
            ("cost_share", "cost_share"),
        ):
            if name in names and key in base and values[name] != base[key]:
                return True
        step = 10 ** -self._get_digits()[QUANTITY]
        return QUANTITY in names and not any(
            abs(values[QUANTITY] - base["factor"] * quantity) <= step + 1e-9
            for quantity in quantities
        )

    @api.model
    def _is_added_operation(self, order, plan, line):
        """Return whether somebody added a work order by hand, and not an operation
        that was deleted since.
        """
        baseline = plan.baseline
        same_bom = baseline.get("bom") == order.bom_id.id
        known = baseline.get("operation", {}) if same_bom else {}
        operations = [op.line for op in plan.operations]
        lost = self._get_lost(known, [*operations, *plan.removed_operations])
        return self._is_unknown_operation(line, lost)

    @api.model
    def _is_unknown_operation(self, line, lost):
        return not line.key and line.name not in [base["name"] for base in lost]

    @api.model
    def _is_edited_operation(self, order, plan, present, wanted, candidates):
        """Return whether a work order was changed by hand. What planning chose among
        the alternatives is no handwork.
        """
        baseline = plan.baseline
        if baseline.get("bom") != order.bom_id.id:
            return False
        base = baseline.get("operation", {}).get(str(wanted.key))
        if present is None:
            return bool(base)
        if not base:
            return False
        centers = [center for center, _minutes in candidates]
        return self._is_waiting_otherwise(
            plan, present, base
        ) or self._is_changed_operation(order, baseline, present, base, centers)

    @api.model
    def _is_changed_operation(self, order, baseline, line, base, centers):
        """Return whether a present work order is not as the order was filled with it,
        but for the work center that planning chose among ``centers``.
        """
        values = line.values
        if values["name"] != base["name"]:
            return True
        if values["workcenter_id"] not in {base["workcenter"], *centers}:
            return True
        return (
            bool(base["minutes"])
            and values["workcenter_id"] == base["workcenter"]
            and base.get("quantity", baseline.get("quantity")) == order.product_qty
            and float_compare(
                values["duration_expected"], base["minutes"], precision_digits=2
            )
            != 0
        )

    @api.model
    def _is_waiting_otherwise(self, plan, present, base):
        """Return whether a work order waits for others than it did, and will wait for
        others again, though all that it waited for are there still.
        """
        there, waits = set(), False
        for index, op in enumerate(plan.operations):
            if op.present:
                there.add(op.line.key)
                if op.present.id == present.id and index in plan.blocked:
                    waits = op.workorder.blocked_by_workorder_ids.operation_id.ids
        after = base.get("after")
        if waits is False or after is None or not there.issuperset(after):
            return False
        return set(waits) != set(after)

    @api.model
    def _get_moved_operations(self, order, plan):
        """Return the ids of the operations that have another place in the sequence
        than the baseline gave them.
        """
        baseline = plan.baseline
        if baseline.get("bom") != order.bom_id.id:
            return set()
        known = baseline.get("operation", {})
        present = sorted(
            (op.present.values["sequence"], op.present.id, op.line.key)
            for op in plan.operations
            if op.present and str(op.line.key) in known
        )
        keys = [key for _sequence, _id, key in present]
        if len(set(keys)) < len(keys):
            return set()  # of a kit that is on several lines
        before = sorted(keys, key=lambda key: known[str(key)].get("position", 0))
        return {key for key, old in zip(keys, before, strict=True) if key != old}
