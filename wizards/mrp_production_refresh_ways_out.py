from odoo import models


class MrpProductionRefresh(models.TransientModel):
    """Buttons that lead out of a refusal, and come back to the dialog if they can."""

    _inherit = "mrp.production.refresh"

    def action_unreserve(self):
        """Free the components of a refused order."""
        self.ensure_one()
        self._get_orders().do_unreserve()
        return self._get_reopen_action()

    def action_restore_reservation(self):
        """Free the components for the refresh, and reserve them again after it."""
        self.ensure_one()
        self.restore_reservation = True
        return self._get_reopen_action()

    def action_schedule_forward(self):
        """Schedule an order without a due date from its start."""
        self.ensure_one()
        self.scheduling_direction = "forward"
        return self._get_reopen_action()

    def action_confirm_order(self):
        """Confirm a draft, which the warehouse can then be asked to supply."""
        self.ensure_one()
        self.production_id.action_confirm()
        return self._get_reopen_action()

    def action_try_again(self):
        """Look again whether somebody else is still at work on the order."""
        self.ensure_one()
        return self._get_reopen_action()

    def action_open_bom(self):
        self.ensure_one()
        return self._prepare_open_action(self.production_id.bom_id)

    def action_create_bom(self):
        """Open a new bill of materials for the order's product."""
        self.ensure_one()
        order = self.production_id
        product = order.product_id
        action = self._prepare_open_action(self.env["mrp.bom"])
        action["context"] = {
            "default_product_tmpl_id": product.product_tmpl_id.id,
            "default_product_id": len(product.product_variant_ids) > 1 and product.id,
            "default_company_id": order.company_id.id,
        }
        return action

    def action_open_workcenters(self):
        """List the work centers of the order's operations."""
        self.ensure_one()
        order = self.production_id
        workcenters = order.workorder_ids.workcenter_id
        workcenters |= order.bom_id.operation_ids.workcenter_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work Centers of %s", order.name),
            "res_model": "mrp.workcenter",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", workcenters.ids)],
        }

    def _prepare_open_action(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
