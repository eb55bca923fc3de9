from collections import defaultdict

from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Orders of one call that supply each other: parents are written first.

    A child order follows the need of its parent, so what was planned for it may no
    longer hold when its turn comes: then it is planned anew.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _apply_generations(self, plans):
        """Write the plans, parents before their child orders.

        Plans that are made anew take their place in ``plans``.
        """
        first, *later = self._get_generations(plans)
        planned_for = {
            index: self._read_planned_for(plans[index])
            for generation in later
            for index in generation
        }
        self._apply([plans[index] for index in first], plans)
        while later:
            indexes = [index for generation in later for index in generation]
            self._plan_again(plans, indexes, planned_for)
            generation = later.pop(0)
            left = [plans[index] for index in indexes]
            self._apply([plans[index] for index in generation], left)

    @api.model
    def _get_generations(self, plans):
        """Return the places of the plans in their list: those of orders without a
        parent in the call, those of child orders of these, and so on.
        """
        open_plans = [plan for plan in plans if plan.open]
        parents = self._get_parent_groups(self._get_orders(open_plans))
        depths = {}

        def depth(group, below=()):
            if group not in depths:
                above = [
                    1 + depth(parent, (*below, group))
                    for parent in parents[group]
                    if parent in parents and parent not in below
                ]
                depths[group] = max(above, default=0)
            return depths[group]

        generations = defaultdict(list)
        for index, plan in enumerate(plans):
            group = plan.open and plan.order.production_group_id
            generations[depth(group) if group else 0].append(index)
        return [generations[key] for key in sorted(generations)] or [[]]

    @api.model
    def _get_parent_groups(self, orders):
        """Return by production group of the orders the groups of those who wait for
        what they make, with a link or without (see :meth:`_get_unlinked`).
        """
        groups = orders.production_group_id
        parents = {group: group.parent_ids for group in groups}
        if len(groups) > 1:
            waiting = self._search_unlinked(orders.product_id, orders.reference_ids)
            by_product = waiting.grouped("product_id")
            for order in orders:
                for move in by_product.get(order.product_id, ()):
                    if move.reference_ids & order.reference_ids:
                        group = order.production_group_id
                        parents[group] |= move.production_group_id - group
        return parents

    @api.model
    def _read_planned_for(self, plan):
        """Return what of an order its parents may change, None if it is not there."""
        order = plan.order
        return order and (
            order.state,
            order.product_qty,
            order.move_raw_ids.ids,
            order.move_finished_ids.mapped("date_deadline"),
        )

    @api.model
    def _plan_again(self, plans, indexes, planned_for):
        """Plan those anew whose order is no longer what they were planned for, and
        place all that are left around what was written meanwhile.
        """
        changed = [
            index
            for index in indexes
            if plans[index].open
            and self._read_planned_for(plans[index]) != planned_for[index]
        ]
        if not changed:
            return
        for index in changed:
            plans[index] = plans[index].renew()
            planned_for[index] = self._read_planned_for(plans[index])
        renewed = [plans[index] for index in changed]
        self._check_guards(renewed)
        self._plan(renewed)
        left = [plans[index] for index in indexes]
        self._schedule(left)
        self._collect_changes(left)
