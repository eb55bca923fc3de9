from collections import defaultdict

from odoo import api, models

# what says how a component is supplied: Odoo finds the rule
CAUSES = {"rule_id", "rule_supply_method"}
# what a component is supplied by follows these
SUPPLIED = {"product_uom_qty", "product_uom", "location_id"} | CAUSES


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Component, by-product and finished moves: writing what the plan says."""

    _inherit = "mrp.production.refresh.pipeline"

    # finished product and by-products

    @api.model
    def _apply_finished(self, plans):
        changes = [(plan, change) for plan in plans for change in plan.finished]
        removed = self._get_moves(c.id for _p, c in changes if c.action == "remove")
        updates = {c.id: c.after for _p, c in changes if c.action == "update"}
        made = {move: move.product_qty for move in self._get_moves(updates)}
        in_new_unit = [id_ for id_, vals in updates.items() if "product_uom" in vals]
        # Odoo 19 takes what they hold in the old unit for as much in the new one
        self._get_moves(in_new_unit)._do_unreserve()
        self._keep_lots(updates)
        updated = self._write_moves(updates)
        for plan, change in changes:
            if change.action == "update":
                move = self._get_moves([change.id])
                if move.product_id.uom_id.compare(move.product_qty, made[move]) < 0:
                    self._follow_output(plan, move)
        created = self.env["stock.move"].create(
            [
                self._prepare_finished_vals(plan, change)
                for plan, change in changes
                if change.action == "add"
            ]
        )
        self._confirm_moves(created)
        # Odoo 19 cancels an order that has no finished move left
        self._remove_moves(removed)
        self._pack_as_order(in_new_unit)
        updated.filtered(
            lambda m: m.state not in ("draft", "assigned")
        )._action_assign()

    @api.model
    def _keep_lots(self, updates):
        """Have moves that will make less hold no more than that, last of all the lots
        that somebody has chosen: Odoo 19 frees all that they hold, lots included
        (``stock.move.write``).
        """
        for move in self._get_moves(updates).filtered("move_line_ids.lot_id"):
            wanted = updates[move.id].get("product_uom_qty", move.product_uom_qty)
            surplus = move.quantity - wanted
            lines = move.move_line_ids.sorted(
                lambda line: (bool(line.lot_id), -line.id)
            )
            for line in lines:
                if move.product_uom.compare(surplus, 0) <= 0:
                    break
                unit = line.product_uom_id
                held = unit._compute_quantity(
                    line.quantity, move.product_uom, round=False
                )
                if move.product_uom.compare(held, surplus) > 0:
                    line.quantity = move.product_uom._compute_quantity(
                        held - surplus, unit, round=False
                    )
                else:
                    line.unlink()
                surplus -= held

    @api.model
    def _pack_as_order(self, move_ids):
        """Have all that these moves' orders make packed in the unit of the order, as
        new moves are, by-products that do not change otherwise too.
        """
        for order in self._get_moves(move_ids).exists().production_id:
            order.move_finished_ids.filtered(
                lambda move, unit=order.product_uom_id: (
                    move.state not in ("done", "cancel")
                    and move.packaging_uom_id != unit
                )
            ).packaging_uom_id = order.product_uom_id

    @api.model
    def _prepare_finished_vals(self, plan, change):
        vals = dict(plan.finished_vals[change.index])
        vals.update(date=plan.schedule.end)
        return vals

    # components

    @api.model
    def _apply_components(self, plans):
        """Write the component lines, and let what supplies them follow.

        Procurement and reservation run once, after all lines are as they must be.
        """
        changes = [(plan, change) for plan in plans for change in plan.components]
        if not changes:
            return
        removed = self._get_moves(c.id for _p, c in changes if c.action == "remove")
        updates = {c.id: dict(c.after) for _p, c in changes if c.action == "update"}
        touched = self._get_moves(
            move_id for move_id, vals in updates.items() if SUPPLIED & vals.keys()
        )
        for vals in updates.values():
            for name in CAUSES & vals.keys():
                del vals[name]
        reserved = self._release_reservation(touched | removed)
        needs = {move: move.product_qty for move in touched | removed}
        needs.update(self._get_followed_needs(change for _plan, change in changes))
        left = self._leave_old_places(plans)
        needs.update(left)
        for move in left:
            if move.procure_method == "make_to_order":
                reserved.pop(move, None)
        self._write_moves(updates)
        # lots are good or not at the date that the component is needed
        before = {move: move.date for move in touched}
        self._write_moves(
            self._get_new_dates(plans, touched), refresh_deadlines_of="components"
        )
        self._date_transfers(touched.filtered(lambda m: m.date != before[m]))
        pickings = (touched | removed).move_orig_ids.picking_id
        self._follow_supply(plans, needs, removed)
        self._remove_moves(removed)
        created = self.env["stock.move"].create(
            [
                self._prepare_component_vals(plan, change)
                for plan, change in changes
                if change.action == "add"
            ]
        )
        self._restore_reservation(reserved, touched)
        created = self._confirm_moves(created)
        pickings |= created.move_orig_ids.picking_id
        self._forget_deadlines(pickings.exists())
        open_moves = (
            (created | touched)
            .exists()
            .filtered(lambda move: move.state not in ("draft", "done", "cancel"))
        )
        open_moves._trigger_scheduler()

    @api.model
    def _get_new_dates(self, plans, moves):
        """Return ``{move id: values}`` of moves whose date the plans change."""
        ids = set(moves.ids)
        return {
            move_id: {"date": date, "date_deadline": deadline}
            for plan in plans
            for (date, deadline), move_ids in plan.dates.get("moves", {}).items()
            for move_id in ids.intersection(move_ids)
        }

    @api.model
    def _prepare_component_vals(self, plan, change):
        vals = dict(plan.component_vals[change.index])
        start = self._get_component_date(plan, vals.get("operation_id"))
        vals.update(
            date=start,
            date_deadline=start,
            manual_consumption=bool(vals.get("manual_consumption")),
        )
        return vals

    # moves in general

    @api.model
    def _get_moves(self, ids):
        return self.env["stock.move"].browse(ids)

    @api.model
    def _write_moves(self, updates, **context):
        """Write what the master data say, each move in one go: Odoo runs procurement
        and reservation between two writes. Ours follow when all lines are written.

        :param updates: ``{move id: values}``; moves with the same values share a write
        :return: the moves
        """
        groups = defaultdict(list)
        moves = self._get_moves(updates)
        for move in moves:
            vals = self._add_packaging(move, updates[move.id])
            groups[tuple(sorted(vals.items()))].append(move.id)
        written = set()
        writing = moves.with_context(
            no_procurement=True, refresh_orderpoints=written, **context
        )
        for vals, ids in groups.items():
            writing.browse(ids).write(dict(vals))
        self._update_orderpoints(written)
        return moves

    @api.model
    def _add_packaging(self, move, vals):
        """Return values with the packaging that a new move of the unit has.

        Odoo 19 computes it from the transfers, and theirs from the component.
        """
        if "product_uom" not in vals:
            return vals
        unit = move.production_id.product_uom_id.id or vals["product_uom"]
        return {**vals, "packaging_uom_id": unit}

    @api.model
    def _confirm_moves(self, moves):
        """Confirm new moves of confirmed orders, each by itself as a new order does.

        Odoo's own additions to a confirmed order (``_autoconfirm_production``, 19.0)
        are merged into other lines of the same product.
        """
        moves = moves.filtered(
            lambda move: (
                (move.raw_material_production_id or move.production_id).state
                not in ("draft", "done", "cancel")
            )
        )
        if not moves:
            return moves
        components = moves.filtered("raw_material_production_id")
        components._adjust_procure_method()
        self._take_over_transfers(components)
        return moves._action_confirm(merge=False)

    @api.model
    def _remove_moves(self, moves):
        """Cancel and delete moves, without taking their order along."""
        if not moves:
            return
        confirmed = moves.filtered(lambda move: move.state != "draft")
        confirmed.with_context(skip_mo_check=True)._action_cancel()
        moves.unlink()

    # reservation

    @api.model
    def _release_reservation(self, moves):
        """Unreserve moves and return what they held.

        :return: ``{move: [(location, lot, package, owner, quantity), ...]}`` with
            quantities in the product's unit
        """
        moves = moves.filtered(
            lambda move: (
                move.state not in ("draft", "done", "cancel") and move.move_line_ids
            )
        )
        held = defaultdict(list)
        for move in self._get_reserved_moves(moves):
            for line in move.move_line_ids:
                held[move].append(
                    (
                        line.location_id,
                        line.lot_id,
                        line.package_id,
                        line.owner_id,
                        line.quantity_product_uom,
                    )
                )
        moves._do_unreserve()
        return held

    @api.model
    def _restore_reservation(self, reserved, touched):
        """Reserve again what moves held, the same lots, as far as it is needed still;
        then what Odoo would reserve of a new order at this moment.
        """
        for move in touched & self.env["stock.move"].union(*reserved):
            self._reserve_again(move, reserved[move])
        touched._recompute_state()
        self._wait_as_new(touched)
        at_once = self._without_hopeless(touched.filtered(self._is_reserved_at_once))
        self._reserve_rest(at_once)
        at_once._action_assign()

    @api.model
    def _wait_as_new(self, moves):
        """Have lines of nothing wait for their transfer, as those of a new order do;
        Odoo 19 takes nothing for all that they need.
        """
        moves.filtered(
            lambda move: (
                move.state == "assigned"
                and move.procure_method == "make_to_order"
                and move.product_uom.is_zero(move.product_uom_qty)
            )
        ).state = "waiting"

    @api.model
    def _reserve_again(self, move, held):
        """Reserve what a move held, as far as it is needed and there still.

        :param held: a value of what :meth:`_release_reservation` returns
        """
        for location, lot, package, owner, quantity in held:
            if quantity <= 0 or not location._child_of(move.location_id):
                continue
            free = move.product_qty - sum(
                move.move_line_ids.mapped("quantity_product_uom")
            )
            need = min(quantity, free)
            if move.product_id.uom_id.compare(need, 0) > 0:
                move._update_reserved_quantity(
                    need, location, lot, package, owner, strict=True
                )

    @api.model
    def _reserve_rest(self, moves):
        """Reserve what partly reserved moves need still, in the product's unit: Odoo 19
        rounds it to that of the move (``stock.quant._get_reserve_quantity``).
        """
        for move in moves:
            product, location = move.product_id, move.location_id
            if move.product_uom == product.uom_id or move.move_orig_ids:
                continue
            if move.move_line_ids and not move._should_bypass_reservation():
                # planners need not read quants to reserve them
                quants = self.env["stock.quant"].sudo()._gather(product, location)
                self._reserve_again(
                    move,
                    [
                        (
                            quant.location_id,
                            quant.lot_id,
                            quant.package_id,
                            quant.owner_id,
                            quant.available_quantity,
                        )
                        for quant in quants
                    ],
                )

    @api.model
    def _without_hopeless(self, moves):
        """Return the moves without those that nothing can be reserved for: Odoo looks
        for stock move by move.
        """
        stocked = moves.filtered(
            lambda move: (
                not move.move_orig_ids
                and not move._should_bypass_reservation()
                # a few grams of kilograms need nothing, and have it
                and not move.product_id.uom_id.is_zero(move.product_qty)
            )
        )
        free = {
            product.id: quantity - reserved
            for product, quantity, reserved in self.env["stock.quant"]
            .sudo()  # planners need not read quants to reserve them
            ._read_group(
                [
                    ("product_id", "in", stocked.product_id.ids),
                    ("location_id", "child_of", stocked.location_id.ids),
                ],
                ["product_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        }
        return moves - stocked.filtered(lambda m: free.get(m.product_id.id, 0) <= 0)

    @api.model
    def _is_reserved_at_once(self, move):
        """Return whether Odoo reserves the move without being asked (Odoo 19,
        ``stock.move._run_procurement``).
        """
        return (
            move.state not in ("draft", "done", "cancel")
            and move.product_uom.compare(move.product_uom_qty, 0) > 0
            and move._should_assign_at_confirm()
        )

    @api.model
    def _take_untracked(self, plans):
        """Have what is not tracked in stock any more: Odoo 19 gives it to a new order
        at once, but to a present one only when somebody checks its availability.
        """
        for plan in plans:
            if not plan.open or not plan.options.calculate_components:
                continue
            moves = plan.order.move_raw_ids.filtered(
                lambda move: (
                    move.state == "confirmed"
                    and not move.product_id.is_storable
                    and move.product_uom.compare(move.product_uom_qty, 0) > 0
                    and move._should_bypass_reservation()
                )
            )
            if moves:
                with self._catch(plan), self.env.cr.savepoint():
                    moves._action_assign()
