from odoo import Command, api, models

OPEN = "oi oi-arrow-right"


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

    def action_open_order(self):
        self.ensure_one()
        return self.production_id.get_formview_action()

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

    # --- several orders --------------------------------------------------------------

    @api.model
    def take_way_out(self, order_id, method):
        """Do what a button in the row of a refused order stands for.

        :return: the action that leads on, or False: look at the orders again
        """
        if method not in self._get_way_out_methods():
            raise ValueError(f"{method} is no way out")
        wizard = self.create({"production_ids": [Command.set([order_id])]})
        action = getattr(wizard, method)()
        return action if action["res_model"] != self._name else False

    def _get_ways_out(self, code):
        """Return the buttons of the row of a refused order: each has a `method`, or
        `values` for the dialog's own options.
        """
        return [
            {"label": label, "icon": icon, **way}
            for label, icon, way in self._get_all_ways_out().get(code, ())
        ]

    def _get_all_ways_out(self):
        """Return (text, icon, what it does) of each button by the code of a refusal."""
        workcenters = (
            self.env._("Open Work Centers"),
            OPEN,
            {"method": "action_open_workcenters"},
        )
        order = (self.env._("Open Order"), OPEN, {"method": "action_open_order"})
        return {
            "reserved": [
                (
                    self.env._("Restore Reservation"),
                    "fa fa-undo",
                    {"values": {"restore_reservation": True}},
                ),
                (
                    self.env._("Unreserve"),
                    "fa fa-unlock",
                    {"method": "action_unreserve"},
                ),
            ],
            "no_due_date": [order],
            "no_quantity": [order],
            "no_bom": [
                (
                    self.env._("Create Bill of Materials"),
                    "fa fa-plus",
                    {"method": "action_create_bom"},
                )
            ],
            "bom_archived": [
                (
                    self.env._("Open Bill of Materials"),
                    OPEN,
                    {"method": "action_open_bom"},
                )
            ],
            "no_calendar": [workcenters],
            "no_slot": [workcenters],
            "locked": [
                (
                    self.env._("Try Again"),
                    "fa fa-refresh",
                    {"method": "action_try_again"},
                )
            ],
        }

    def _get_way_out_methods(self):
        return {
            way["method"]
            for buttons in self._get_all_ways_out().values()
            for _label, _icon, way in buttons
            if "method" in way
        }

    # --- the rest --------------------------------------------------------------------

    def _prepare_open_action(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
