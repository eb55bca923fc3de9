from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Orders that are alike: what their master data say is asked once for all."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _remember(self, plan, kind, compute):
        """Return ``compute(order, bom)``, once for all orders of the call that are
        alike. Nobody may change what is returned.
        """
        if not plan.likeness:
            return compute(plan.order, plan.bom)
        key = (kind, *plan.likeness)
        if key not in plan.memory:
            plan.memory[key] = compute(plan.order, plan.bom)
        return plan.memory[key]

    @api.model
    def _get_likeness(self, order, bom, memory):
        """Return what decides on the lines of a new order, nothing when each order is
        to be asked.

        That is so when another add-on has a say in the lines: it may look at anything
        on the order. One that says what it looks at extends this.
        """
        if "extended" not in memory:
            memory["extended"] = any(
                self._is_extended(order, name)
                for name in (
                    "_get_moves_raw_values",
                    "_get_move_raw_values",
                    "_get_moves_finished_values",
                    "_get_move_finished_values",
                )
            )
        if memory["extended"]:
            return ()
        return (
            bom.id,
            order.bom_id == bom,
            order.state == "draft",
            order.product_id.id,
            order.product_qty,
            order.product_uom_id.id,
            order.company_id.id,
            order.location_src_id.id,
            order.location_dest_id.id,
            order.location_final_id.id,
            tuple(order.never_product_template_attribute_value_ids.ids),
        )

    @api.model
    def _is_extended(self, record, name):
        """Return whether an add-on other than Odoo's mrp overrides a method."""
        return any(
            not definition.__module__.startswith("odoo.addons.mrp.")
            for definition in (
                vars(class_).get(name) for class_ in type(record).__mro__
            )
            if definition
        )
