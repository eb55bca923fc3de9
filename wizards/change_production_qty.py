from odoo import models


class ChangeProductionQty(models.TransientModel):
    _inherit = "change.production.qty"

    def change_prod_qty(self):
        """Let the supply of a child order that a refresh makes greater follow as that
        of its parent does.

        Odoo 19 procures all that it needs more, whatever was made or bought beyond its
        need before.
        """
        plans = self.env.context.get("refresh_plans")
        if not plans:
            return super().change_prod_qty()
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for wizard in self:
            order = wizard.mo_id
            moves = order.move_raw_ids.filtered(
                lambda move: move.state not in ("draft", "done", "cancel")
            )
            before = {move: move.product_qty for move in moves}
            quiet = wizard.with_context(no_procurement=True)
            super(ChangeProductionQty, quiet).change_prod_qty()
            parents = order.production_group_id.parent_ids.production_ids
            plan = next(
                (plans[parent.id] for parent in parents if parent.id in plans),
                next(iter(plans.values())),
            )
            pipeline.sudo()._follow_needs({order.id: plan}, before, moves.browse())
            moves.exists().filtered(pipeline._is_reserved_at_once)._action_assign()
        return {}
