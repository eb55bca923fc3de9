from odoo import fields, models
from odoo.fields import Command


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    inbound_picking_ids = fields.One2many(
        "stock.picking",
        "inbound_production_id",
        "Inbound Requests",
        readonly=True,
        help="The transfers that Refresh asked for to put away the components and the "
        "output of this order.",
    )

    def _action_cancel(self):
        """Cancel the requests along with the orders, and only theirs: Odoo 19 cancels
        the transfers of all orders of a group.
        """
        orders = self.with_context(inbound_keep_requests=True)
        if self.env.context.get("inbound_merging"):
            return super(MrpProduction, orders)._action_cancel()
        outputs = self._release_inbound_requests()
        res = super(MrpProduction, orders)._action_cancel()
        for order, moves in outputs.items():
            order._cancel_inbound_output(moves)
        return res

    def _release_inbound_requests(self):
        """Cancel requests of components, and take those of output out of the chain, so
        that Odoo does not ask their workers to look at what is cancelled anyway.

        :return: ``{order: open moves that put its output away}``
        """
        pipeline = self.env["mrp.production.refresh.pipeline"]
        outputs = {}
        for order in self.filtered(lambda order: order.state != "cancel"):
            pipeline._get_open_request_moves(order, "components")._action_cancel()
            outputs[order] = pipeline._get_open_request_moves(order, "output")
            pending = order.move_finished_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            pending.write(
                {"move_dest_ids": [Command.unlink(i) for i in outputs[order].ids]}
            )
        return outputs

    def _cancel_inbound_output(self, moves):
        """Cancel what put away the output of a cancelled order, but for what was made
        already or is made by a backorder.
        """
        self.ensure_one()
        others = moves.move_orig_ids.production_id
        if not others:
            moves._action_cancel()
            return
        owner = self if self in others else others[0]
        moves.picking_id.inbound_production_id = owner
        self.env["mrp.production.refresh.pipeline"]._follow_inbound_output(
            owner, cancel=True
        )

    def _split_productions(self, *args, **kwargs):
        """Share out what was asked for among an order and its backorders."""
        pipeline = self.env["mrp.production.refresh.pipeline"]
        asked = self.filtered(
            lambda order: pipeline._get_open_requests(order, "components")
        )
        groups = asked.production_group_id
        productions = super()._split_productions(*args, **kwargs)
        pipeline._follow_inbound_components(
            productions.filtered(lambda order: order.production_group_id in groups)
        )
        return productions

    def _post_inventory(self, cancel_backorder=False):
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        self.env["mrp.production.refresh.pipeline"]._follow_inbound_output(self)
        return res

    def action_merge(self):
        """The order that others are merged into takes over what was asked for them."""
        requests = self.inbound_picking_ids.filtered(
            lambda picking: picking._is_inbound_open()
        )
        orders = self.with_context(inbound_merging=bool(requests))
        action = super(MrpProduction, orders).action_merge()
        if requests:
            order = self.browse(action["res_id"])
            self.env["mrp.production.refresh.pipeline"]._gather_requests(
                order, requests
            )
        return action
