from odoo import api, models
from odoo.exceptions import UserError


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_guards(self):
        """Return the codes of the guards in the order that they are asked.

        The method of a guard is ``_guard_<code>(order, plan)``; it returns the text
        of the refusal, or nothing.
        """
        return (
            "done",
            "cancelled",
            "no_quantity",
            "no_bom",
            "bom_archived",
            "started",
            "no_due_date",
            "reserved",
        )

    @api.model
    def _check_guards(self, plans):
        """Refuse the orders that must not be refreshed; find missing BoMs."""
        plans = [plan for plan in plans if plan.open]
        self._find_boms(plans)
        guards = [
            (code, getattr(self, f"_guard_{code}")) for code in self._get_guards()
        ]
        for plan in plans:
            with self._catch(plan):
                for code, guard in guards:
                    message = guard(plan.order, plan)
                    if message:
                        plan.refuse(code, message)
                        break

    @api.model
    def _find_boms(self, plans):
        """Set the BoM of each plan: the order's own, else the one that a new order
        would take.
        """
        for plan in plans:
            order = plan.order
            bom = order.bom_id
            if not bom and plan.options.calculates:
                for picking_type in (order.picking_type_id, False):
                    bom = bom.with_context(active_test=True)._bom_find(
                        order.product_id,
                        picking_type=picking_type,
                        company_id=order.company_id.id,
                        bom_type="normal",
                    )[order.product_id]
                    if bom:
                        plan.header["bom_id"] = bom.id
                        break
            plan.bom = bom

    @api.model
    def _guard_done(self, order, plan):
        if order.state == "done":
            return self.env._(
                "%(order)s is done. A finished order cannot be refreshed.",
                order=order.name,
            )

    @api.model
    def _guard_cancelled(self, order, plan):
        if order.state == "cancel":
            return self.env._(
                "%(order)s is cancelled. A cancelled order cannot be refreshed.",
                order=order.name,
            )

    @api.model
    def _guard_no_quantity(self, order, plan):
        unit = order.product_uom_id
        if not unit or unit.compare(order.product_qty, 0) <= 0:
            return self.env._(
                "%(order)s has no quantity. Set the quantity to produce first.",
                order=order.name,
            )

    @api.model
    def _guard_no_bom(self, order, plan):
        if plan.options.calculates and not plan.bom:
            return self.env._(
                "%(order)s has no bill of materials and none was found for "
                "%(product)s. Create a bill of materials for the product, or set one "
                "on the order.",
                order=order.name,
                product=order.product_id.display_name,
            )

    @api.model
    def _guard_bom_archived(self, order, plan):
        if not plan.options.calculates:
            return None
        bom = plan.bom
        if not bom.active:
            return self.env._(
                "The bill of materials %(bom)s of %(order)s is archived. Restore it, "
                "or set another bill of materials on the order.",
                bom=bom.display_name,
                order=order.name,
            )
        if plan.options.calculate_components:
            kit = self._get_archived_kit(order, bom)
            if kit:
                return self.env._(
                    "The kit %(bom)s that %(order)s takes components from is archived. "
                    "Restore it, or give its product another bill of materials.",
                    bom=kit.display_name,
                    order=order.name,
                )
        return None

    @api.model
    def _get_archived_kit(self, order, bom):
        """Return an archived kit that the order has lines from and that its bill of
        materials still asks for.

        A product whose kit was replaced by another bill of materials needs the old
        one no more.
        """
        kits = order.move_raw_ids.bom_line_id.bom_id - bom
        for kit in kits.filtered(lambda kit: not kit.active and kit.type == "phantom"):
            products = kit.product_id or kit.product_tmpl_id.product_variant_ids
            asked = (bom | kits).bom_line_ids.product_id & products
            found = kit._bom_find(asked, company_id=order.company_id.id)
            if asked and not any(found.values()):
                return kit
        return self.env["mrp.bom"]

    @api.model
    def _check_kits(self, order, bom, kit_product=None):
        """Raise an error when a kit of the bill of materials contains itself.

        Odoo 19 refuses a bill of materials like that, but not its lines when they are
        made by themselves, as imports do; ``mrp.bom.explode`` would never end.

        :param kit_product: the product that ``bom`` is the kit of, if it is one
        """
        never = order.never_product_template_attribute_value_ids
        sound = set()

        def walk(parent, product, above):
            # asked for as `explode` asks, so that it finds the answers remembered
            kits = bom._bom_find(
                parent.bom_line_ids.product_id,
                picking_type=bom.picking_type_id,
                company_id=bom.company_id.id,
                bom_type="phantom",
            )
            for line in parent.bom_line_ids:
                component = line.product_id
                kit = kits[component]
                if (
                    not kit
                    or component.id in sound
                    or line._skip_bom_line(product, never)
                ):
                    continue
                if component in above:
                    raise UserError(
                        self.env._(
                            "%(order)s needs the kit %(product)s, which contains "
                            "itself. Take it out of the bill of materials %(bom)s.",
                            order=order.name,
                            product=component.display_name,
                            bom=parent.display_name,
                        )
                    )
                walk(kit, component, above | component)
                sound.add(component.id)

        above = kit_product or self.env["product.product"]
        walk(bom, kit_product or order.product_id, above)

    @api.model
    def _guard_started(self, order, plan):
        if not plan.options.calculates:
            return None
        record = self._get_started_record(order)
        if record:
            return self.env._(
                "%(order)s has been started: %(record)s. Recorded work is never "
                "changed, so the order cannot be refreshed.",
                order=order.name,
                record=record,
            )
        return None

    @api.model
    def _get_started_record(self, order):
        """Return in words what has been recorded on ``order``, or nothing."""
        moves = order.move_raw_ids
        consumed = moves.filtered(
            lambda move: move.state == "done" or (move.picked and move.quantity)
        )
        if consumed:
            return self.env._(
                "%(product)s has been consumed", product=consumed[0].product_id.name
            )
        produced = order.move_finished_ids.filtered(
            lambda move: move.state == "done" or (move.picked and move.quantity)
        )
        if produced:
            return self.env._(
                "%(product)s has been produced", product=produced[0].product_id.name
            )
        if not order.product_uom_id.is_zero(order.qty_producing):
            return self.env._("a quantity being produced has been set")
        started = order.workorder_ids.filtered(
            lambda wo: (
                wo.state in ("progress", "done")
                or wo.time_ids
                or wo.qty_produced
                or wo.qty_reported_from_previous_wo
                or "done" in wo.scrap_ids.mapped("state")
            )
        )
        if started:
            return self.env._(
                "work order %(workorder)s has been worked on",
                workorder=started[0].name,
            )
        if order.state in ("progress", "to_close"):
            return self.env._("the order is in progress")
        return None

    @api.model
    def _guard_no_due_date(self, order, plan):
        options = plan.options
        if not options.calculates or options.scheduling_direction != "back":
            return None
        if not (options.due_date or order.date_deadline):
            return self.env._(
                "%(order)s has no due date to schedule back from. Set its due date, or "
                "schedule it forward.",
                order=order.name,
            )
        return None

    @api.model
    def _guard_reserved(self, order, plan):
        options = plan.options
        if not options.calculate_components or options.restore_reservation:
            return None
        moves = self._get_reserved_moves(order.move_raw_ids)
        if not moves:
            return None
        formatter = self.env["mrp.production.refresh.format"]
        lines = "\n".join(
            self.env._(
                "- %(product)s: %(quantity)s %(unit)s",
                product=move.product_id.display_name,
                quantity=formatter._format_value(
                    "stock.move", "product_uom_qty", move.quantity
                ),
                unit=move.product_uom.name,
            )
            for move in moves
        )
        return self.env._(
            "Components of %(order)s are reserved:\n%(lines)s\n"
            "Unreserve the order first, or refresh it with Restore Reservation: then "
            "what is still needed is reserved again.",
            order=order.name,
            lines=lines,
        )

    @api.model
    def _get_reserved_moves(self, moves):
        """Return the moves that hold stock. Products that are not tracked in stock
        are always at hand and hold none.
        """
        return moves.filtered(
            lambda move: (
                move.state in ("assigned", "partially_available")
                and not move.picked
                and not move.product_uom.is_zero(move.quantity)
                and not move._should_bypass_reservation()
            )
        )
