from collections import defaultdict

from markupsafe import Markup

from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What supplies make-to-order components follows their need: transfers within the
    warehouse, child orders, purchases. What cannot follow gets an activity.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _follow_supply(self, plans, needs, removed):
        """Let the supply of changed components follow.

        :param needs: ``{move: need before the change}`` in the product's unit
        :param removed: those of the moves that are about to go
        """
        self._follow_needs({plan.order_id: plan for plan in plans}, needs, removed)

    @api.model
    def _follow_needs(self, plans, needs, removed):
        """Let supply follow for the moves of orders.

        :param plans: ``{order id: plan that has its warnings}``: a child order's own
            needs are followed for the plan of its parent
        """
        by_transfer, procurements, touched = defaultdict(dict), [], {}
        moves = self.env["stock.move"].union(*needs)
        ordered = (moves | self._get_lines_of_other_parts(moves)).filtered(
            lambda move: move.procure_method == "make_to_order"
        )
        for move, before in needs.items():
            order = move.raw_material_production_id
            if order.state == "draft" or not self._is_supplied_to_order(move):
                continue
            touched[order, move.product_id] = True
            after = 0.0 if move in removed else move.product_qty
            if self._is_supplied_by_transfer(move):
                # the parts of a split order share what brings their components
                group = order.production_group_id
                key = (group or order, move.product_id, move.location_id)
                by_transfer[key][move] = after - before
            else:
                procurements += self._follow_source(
                    plans[order.id], move, after, after - before, move in removed
                )
        for (_group, product, location), deltas in by_transfer.items():
            order = min(deltas, key=deltas.get).raw_material_production_id
            procurements += self._follow_transfers(
                plans[order.id], order, product, location, deltas, removed
            )
        if procurements:
            self._procure(plans, procurements)
        for order, product in touched:
            self._balance_children(plans[order.id], order, product, removed)
        # Odoo makes them to stock when what supplied them is cancelled
        kept = (ordered - removed).exists()
        kept.filtered(
            lambda move: (
                move.raw_material_production_id.state != "draft"
                and move.procure_method != "make_to_order"
            )
        )._adjust_procure_method()

    @api.model
    def _procure(self, plans, procurements):
        """Run procurements; what a child order needs more follows by the same rules.

        :param plans: as of :meth:`_follow_needs`
        """
        rules = self.env["stock.rule"].with_context(refresh_plans=plans)
        rules.run(procurements)

    @api.model
    def _get_followed_needs(self, changes):
        """Return ``{move: need}`` in the product's unit of lines that somebody counted
        in another unit, as far as their supply has followed: Odoo 19 makes and buys no
        more of them.
        """
        moves = self.env["stock.move"].browse(
            change.id
            for change in changes
            if change.action == "update"
            and change.manual
            and "product_uom" in change.after
        )
        return {
            move: min(move.product_qty, max(self._get_supplied(move), 0.0))
            for move in moves
            if self._get_source_action(move)
        }

    @api.model
    def _get_lines_of_other_parts(self, moves):
        """Return the lines of the same products on other parts of a split order, which
        share what supplies them.
        """
        orders = moves.raw_material_production_id
        others = orders.production_group_id.production_ids - orders
        return others.move_raw_ids.filtered(
            lambda move: (
                move.product_id in moves.product_id
                and move.state not in ("done", "cancel")
            )
        )

    @api.model
    def _is_supplied_to_order(self, move):
        return (
            move.procure_method == "make_to_order"
            or move.rule_id.procure_method == "mts_else_mto"
            or bool(move.move_orig_ids)
            or self._lost_transfer(move)
        )

    @api.model
    def _lost_transfer(self, move):
        """Return whether a line was made one from stock, as Odoo 19 does when it
        cancels the rest of its transfer or when what it holds is scrapped.
        """
        return (
            move.procure_method == "make_to_stock"
            and move.rule_id.procure_method == "make_to_order"
        )

    @api.model
    def _is_supplied_by_transfer(self, move, location=None):
        """Return whether a transfer within the warehouse brings the component.

        :param location: where to, if not where the move takes it
        """
        values = self._get_rule_values(move)
        if location and location != move.location_id:
            values["warehouse_id"] = location.warehouse_id
        rule = self.env["stock.rule"]._get_rule(
            move.product_id, location or move.location_id, values
        )
        return rule.action in ("pull", "pull_push")

    @api.model
    def _get_rule_values(self, move):
        return {
            "warehouse_id": move.warehouse_id or move.picking_type_id.warehouse_id,
            "packaging_uom_id": move.packaging_uom_id,
            "company_id": move.company_id,
        }

    @api.model
    def _prepare_procurement(self, move, quantity, location=None):
        """Return a procurement of ``quantity`` in the product's unit for a move.

        :param location: where it is needed (no more), if not where the move takes it
        """
        values = move._prepare_procurement_values()
        if location and location != move.location_id:
            values["warehouse_id"] = location.warehouse_id
        return self.env["stock.rule"].Procurement(
            move.product_id,
            quantity,
            move.product_id.uom_id,
            location or move.location_id,
            move.reference,
            move.origin,
            move.company_id,
            values,
        )

    # what waits for the finished product

    @api.model
    def _follow_output(self, plan, move):
        """Tell those who wait for more of a product than is made now."""
        dests = move.move_dest_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        made = sum(map(self._get_done_quantity, dests.move_orig_ids))
        if move.product_id.uom_id.compare(made, sum(dests.mapped("product_qty"))) >= 0:
            return
        order = move.production_id
        # planners may not write every transfer, nor orders of other people
        for dest in dests.sudo():
            document = dest.raw_material_production_id or dest.picking_id
            if document:
                user = document.user_id or move.product_id.responsible_id
                self._leave_activity(plan, order, document, user, "_say_makes_less")

    @api.model
    def _leave_activity(self, plan, parent, document, user, say="_say_needs_less"):
        """Ask a person to look at a document that could not follow, in the language of
        that person, and say so in the report.

        :param say: the method that words it, of parent and document
        """
        message = getattr(self, say)(parent, document)
        if message in plan.warnings:
            return
        plan.warnings.append(message)
        user = user or parent.user_id or self.env.user
        reader = self.with_context(lang=user.lang or self.env.lang)
        note = Markup("<p>%s</p><p>%s</p>") % (
            getattr(reader, say)(parent, document),
            reader.env._(
                "See %(parent)s and %(document)s.",
                parent=parent._get_html_link(),
                document=document._get_html_link(),
            ),
        )
        document.activity_schedule(
            "mail.mail_activity_data_warning", note=note, user_id=user.id
        )

    @api.model
    def _say_needs_less(self, parent, document):
        return self.env._(
            "%(parent)s needs less than before, but %(document)s could not be made "
            "smaller.",
            parent=parent.name,
            document=document.display_name,
        )

    @api.model
    def _say_makes_less(self, order, document):
        return self.env._(
            "%(order)s makes less than before, but %(document)s waits for more.",
            order=order.name,
            document=document.display_name,
        )
