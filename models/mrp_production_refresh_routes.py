from dataclasses import replace

from odoo import api, models

from ..planning.diff import Change
from .mrp_production_refresh_moves import CAUSES

METHOD = "rule_supply_method"


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Components that are supplied as routes and their rules said that have changed
    since: made or bought to order that come from stock now, or the other way round;
    bought that are made now.

    Odoo 19 asks the routes once, when an order is confirmed.
    """

    _inherit = "mrp.production.refresh.pipeline"

    # what changes

    @api.model
    def _plan_components(self, order, plan):
        result = super()._plan_components(order, plan)
        if order.state != "draft":
            self._plan_rules(order, plan)
        return result

    @api.model
    def _plan_rules(self, order, plan):
        """Note the lines that another rule supplies now."""
        changes = {change.id: change for change in plan.components if change.id}
        for move in order.move_raw_ids:
            change = changes.get(move.id)
            if move.state in ("done", "cancel") or (
                change and (change.action == "remove" or "location_id" in change.after)
            ):
                continue
            found = self._get_supply_change(plan, move)
            if not found:
                continue
            before, after = found
            if change:
                noted = replace(
                    change,
                    before={**change.before, **before},
                    after={**change.after, **after},
                )
                plan.components[plan.components.index(change)] = noted
            else:
                plan.components.insert(0, self._prepare_change(move, before, after))

    @api.model
    def _prepare_change(self, move, before, after):
        return Change(
            kind="component",
            action="update",
            name=move.product_id.display_name,
            id=move.id,
            product_id=move.product_id.id,
            operation_id=False,
            before=before,
            after=after,
        )

    @api.model
    def _get_supply_change(self, plan, move):
        """Return the values ``(before, after)`` of what supplies a line in another way
        than it would be supplied on a new order, or None.
        """
        transfers = self._get_open_transfers(move)
        found = self._get_own_method_change(plan, move)
        if found or not (transfers or self._is_in_stock(plan, move.location_id)):
            return found
        old = self._get_supplying_rule(move, transfers)
        new = self._get_new_rule(plan, move, old, transfers)
        asking = transfers[:1] or move
        before, after = self._get_known_method(asking, old), self._get_method(new)
        if before == after or self._goes_on(move, asking, before, after):
            old, new = old.browse(), self._get_new_source(plan, move, transfers)
        elif new == old:
            return {METHOD: before}, {METHOD: after}
        return ({"rule_id": old.id}, {"rule_id": new.id}) if new != old else None

    @api.model
    def _get_own_method_change(self, plan, move):
        """Return the same of a line that its warehouse brings what it needs, and does
        not any more; or the other way round.
        """
        if self._is_in_stock(plan, move.location_id):
            return None
        before, after = self._get_known_method(move), self._get_method(move.rule_id)
        if before == after or "mts_else_mto" in (before, after):
            return None
        origs = move.move_orig_ids.filtered(lambda orig: orig.state != "cancel")
        if after == "make_to_stock" and origs != self._get_open_transfers(move):
            return None  # somebody has begun to bring it
        return {METHOD: before}, {METHOD: after}

    @api.model
    def _get_known_method(self, move, rule=None):
        """Return the supply method that the rule of a move had when it was applied;
        for orders of before this was recorded, the one that it has.
        """
        return move.rule_supply_method or self._get_method(rule or move.rule_id)

    @api.model
    def _goes_on(self, move, asking, before, after):
        """Return whether what is made or bought for a line was begun and serves it by
        the new supply method too.

        :param asking: the transfer that asks for it, or the line
        """
        if "make_to_stock" in (before, after):
            return False
        if self._get_source_action(asking):
            return self._has_begun_source(asking)
        # Odoo 19 links nothing that is made because stock lacks it
        children = move.production_group_id.sudo().child_ids.production_ids
        return self._is_begun(
            children.filtered(lambda child: child.product_id == move.product_id)
        )

    @api.model
    def _get_supplying_rule(self, move, transfers):
        """Return the rule by which a transfer brings what a line needs, or where there
        is none the rule of the line.
        """
        return transfers.rule_id[:1] or move.rule_id

    @api.model
    def _get_open_transfers(self, move):
        """Return the transfers to a line that no worker has begun with."""
        origs = move.move_orig_ids
        if not origs:
            return origs
        found = origs.filtered(lambda orig: orig._is_transfer() and not orig.picked)
        # read together with those of other lines
        return found.with_prefetch(origs._prefetch_ids)

    @api.model
    def _get_new_rule(self, plan, move, old, transfers):
        """Return the rule that would supply a line of a new order, or ``old`` where
        there is none.
        """
        dest = move.location_id if transfers else move.location_dest_id
        if not self._may_be_outdated(plan, move, old, dest):
            return old
        house = move.warehouse_id
        key = ("new rule", bool(transfers), move.product_id, house, move.location_id)
        if key not in plan.memory:
            plan.memory[key] = (
                self._get_pull_rule(move) if transfers else self._find_rule(move, house)
            )
        new = plan.memory[key]
        return old if transfers and not new else new

    @api.model
    def _get_method(self, rule):
        """Return the supply method of a line or transfer of a rule, or of none."""
        return rule.procure_method or "make_to_stock"

    @api.model
    def _get_pull_rule(self, move):
        """Return the rule by which a transfer would bring what a line needs."""
        rule = self._get_rule(move)
        return rule.filtered(lambda rule: rule.action in ("pull", "pull_push"))

    @api.model
    def _get_rule(self, move):
        """Return the rule that brings a product to where a move takes it."""
        return self.env["stock.rule"]._get_rule(
            move.product_id, move.location_id, self._get_rule_values(move)
        )

    @api.model
    def _get_new_source(self, plan, move, transfers):
        """Return the rule that would buy what is being made for a line, or make what
        a vendor was to be asked for; nothing where that is as it should be, or where
        somebody has begun with it.
        """
        asking = next(iter(transfers), move)
        none = move.rule_id.browse()
        if asking.procure_method != "make_to_order":
            return none
        key = ("source", asking.product_id, asking.location_id)
        if key not in plan.memory:
            plan.memory[key] = self._get_rule(asking)
        rule = plan.memory[key]
        if rule.action == self._get_source_action(asking) or rule.action not in (
            "buy",
            "manufacture",
        ):
            return none
        return none if self._has_begun_source(asking) else rule

    @api.model
    def _get_source_action(self, move):
        """Return the action of a rule (``stock.rule``) that supplies a move as it is
        supplied.
        """
        return bool(move.move_orig_ids.production_id) and "manufacture"

    @api.model
    def _has_begun_source(self, move):
        """Return whether nothing supplies a move, or somebody has begun to."""
        children = move.move_orig_ids.production_id
        return not children or self._is_begun(children)

    @api.model
    def _is_begun(self, children):
        """Return whether somebody has begun with one of some child orders."""
        return any(
            child.state not in ("draft", "confirmed") or self._get_started_record(child)
            for child in children
            if child.state != "cancel"
        )

    @api.model
    def _may_be_outdated(self, plan, move, rule, dest):
        """Return whether the rules are to be searched for a line: not if it is supplied
        as its warehouse says, or from stock, and no route of its product leads there.
        """
        if move.route_ids:  # somebody has chosen one
            return False
        product = move.product_id
        key = ("own rules", product)
        if key not in plan.memory:
            routes = product.route_ids | product.categ_id.total_route_ids
            plan.memory[key] = routes.rule_ids.filtered(lambda r: r.action != "push")
        usual = not rule or rule.route_id in move.warehouse_id.route_ids
        return not usual or any(
            dest._child_of(other.location_dest_id) for other in plan.memory[key]
        )

    # writing it

    @api.model
    def _leave_old_places(self, plans):
        left = super()._leave_old_places(plans)
        moves = self.env["stock.move"]
        for plan in plans:
            changed = self._get_moves(
                change.id
                for change in plan.components
                if change.action == "update" and CAUSES & change.after.keys()
            )
            leaving = changed.union(
                *(self._get_removed_with(plan, move) for move in changed)
            )
            gone = leaving | self._get_removed(plan)
            for move in leaving:
                self._leave_old_rule(plan, move, gone)
            changed._adjust_procure_method()
            moves |= leaving
        return {**left, **dict.fromkeys(moves, 0.0)}

    @api.model
    def _get_removed_with(self, plan, move):
        """Return lines of the same product that go, and for which something would be
        brought by the old rule: given up too, else it would serve the line that stays.
        """
        return self._get_removed(plan).filtered(
            lambda other: (
                other.product_id == move.product_id
                and other.location_id == move.location_id
                and self._get_open_transfers(other)
            )
        )

    @api.model
    def _get_removed(self, plan):
        """Return the component lines that go."""
        return self._get_moves(
            change.id for change in plan.components if change.action == "remove"
        )

    @api.model
    def _leave_old_rule(self, plan, move, gone):
        """Give up what supplies a line by a rule that is not for it any more; what was
        picked or made already stays.

        :param gone: all lines of the order that go, or whose supply is given up
        """
        order = self._get_order(plan)
        transfers = self._get_open_transfers(move)
        if transfers:
            quantity = sum(transfers.mapped("product_qty"))
            self._reduce_moves(plan, transfers, quantity)
            if self._get_method(self._get_pull_rule(move)) == "make_to_stock":
                # Odoo 19 links nothing that is made because stock lacks it
                self._balance_children(plan, order, move.product_id, gone)
        if not self._is_in_stock(plan, move.location_id):
            if self._get_own_method_change(plan, move):
                self._come_to_new_place(move, move.location_id)
        elif not transfers:
            self._leave_sources(plan, move, move.location_id)
            self._balance_children(plan, order, move.product_id, gone)
            self._come_to_new_place(move, move.location_id)
