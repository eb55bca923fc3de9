from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """The parts of a split order, which share what supplies them: Odoo 19 knows them by
    their production group, and deletes it for all of them when some are merged.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_group(self, order):
        """Return the production group of an order, or of its lines if it lost it."""
        return order.production_group_id or order.move_raw_ids.production_group_id[:1]

    @api.model
    def _get_parts(self, order):
        """Return an order and the other parts of it, done and cancelled ones too."""
        return self._get_group(order).production_ids | order

    @api.model
    def _apply_plans(self, plans):
        self._regroup(self._get_orders(plans))
        return super()._apply_plans(plans)

    @api.model
    def _regroup(self, orders):
        """Give orders, and other parts of them, the group back that they lost."""
        groups = orders.production_group_id | orders.move_raw_ids.production_group_id
        lost = orders.filtered(lambda order: not order.production_group_id)
        # other parts need not be of this planner
        lost |= lost.sudo().search(
            [
                ("production_group_id", "=", False),
                ("state", "not in", ("done", "cancel")),
                ("move_raw_ids.production_group_id", "in", groups.ids),
            ]
        )
        for order in lost.sudo():
            group = self._get_group(order)
            order.production_group_id = group or group.create({"name": order.name})
