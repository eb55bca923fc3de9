from itertools import chain

from odoo import api, models
from odoo.tools import float_round

from ..planning.diff import Line, diff_lines


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _plan(self, plans):
        """Compare what the orders have with what their master data want."""
        memory = {}
        self._read_together(plans)
        for plan in plans:
            if not plan.open:
                continue
            with self._catch(plan):
                plan.memory = memory
                plan.baseline = plan.order.refresh_baseline or {}
                self._plan_dates(plan.order, plan)
                if plan.options.calculates:
                    self._plan_lines(plan.order, plan)

    @api.model
    def _plan_dates(self, order, plan):
        """Note the dates that were asked for and that the order does not have yet."""
        options = plan.options
        if options.due_date and options.due_date != order.date_deadline:
            plan.header["date_deadline"] = options.due_date
        start = options.start_date
        if start and start != order.date_start_requested:
            plan.header["date_start_requested"] = start
        if start and not options.calculates and self._is_start_free(order):
            moved = order.new({"date_start": start}, origin=order)
            dates = {"date_start": start, "date_finished": moved.date_finished}
            plan.header.update(
                {name: date for name, date in dates.items() if date != order[name]}
            )

    @api.model
    def _is_start_free(self, order):
        """Return whether the start of an order is what somebody writes, and not what
        its planned or begun work says.
        """
        return not order.is_planned and not self._get_started_record(order)

    @api.model
    def _plan_lines(self, order, plan):
        bom = plan.bom
        plan.likeness = self._get_likeness(order, bom, plan.memory)
        self._remember(plan, "kits", self._check_kits)
        if order.state != "draft" and order.consumption != bom.consumption:
            plan.header["consumption"] = bom.consumption
        if plan.options.calculate_components:
            self._plan_components(order, plan)
        if plan.options.calculate_lines:
            self._plan_finished(order, plan)
        self._plan_operations(order, plan)

    @api.model
    def _read_together(self, plans):
        """Read in one go what is asked of products and work centers one by one."""
        calculated = (plan for plan in plans if plan.open and plan.options.calculates)
        boms = self.env["mrp.bom"].union(*(plan.bom for plan in calculated))
        boms.bom_line_ids.product_id.mapped("display_name")
        workcenters = boms.operation_ids.workcenter_id
        workcenters |= workcenters.alternative_workcenter_ids
        workcenters.mapped("time_efficiency")
        workcenters.capacity_ids.mapped("capacity")

    # components

    @api.model
    def _plan_components(self, order, plan):
        wanted = self._remember(plan, "component", self._get_wanted_components)
        moves = order.move_raw_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        present = self._read_components(plan, moves)
        plan.wanted_components = wanted
        plan.components = diff_lines(
            present,
            wanted,
            digits=self._get_digits(),
            is_manual=self._get_manual_check(order, plan, "component", present, wanted),
        )
        if any(change.action == "add" for change in plan.components):
            plan.component_vals = self._get_component_vals(order, plan.bom)

    @api.model
    def _get_wanted_components(self, order, bom):
        """Return the component lines of a new order."""
        vals_list = self._get_component_vals(order, bom)
        return [self._read_wanted_component(order, vals) for vals in vals_list]

    @api.model
    def _get_component_vals(self, order, bom):
        """Return the values of the component moves of a new order.

        An order's own bill of materials goes through Odoo's own method, so that
        add-ons which change it are heard.
        """
        if order.bom_id == bom:
            return order._get_moves_raw_values()
        factor = (
            order.product_uom_id._compute_quantity(
                order.product_qty, bom.product_uom_id, round=False
            )
            / bom.product_qty
        )
        _boms, lines = bom.explode(
            order.product_id,
            factor,
            picking_type=bom.picking_type_id,
            never_attribute_values=order.never_product_template_attribute_value_ids,
        )
        return [
            order._get_move_raw_values(
                bom_line.product_id,
                data["qty"],
                bom_line.product_uom_id,
                bom_line.operation_id.id
                or (data["parent_line"] and data["parent_line"].operation_id.id),
                bom_line,
            )
            for bom_line, data in lines
            if bom_line.product_id.type == "consu"
            and bom_line.child_bom_id.type != "phantom"
        ]

    @api.model
    def _get_component_fields(self):
        """Return the fields of a component move that follow the master data."""
        return (
            "bom_line_id",
            "product_uom_qty",
            "product_uom",
            "operation_id",
            "manual_consumption",
            "location_id",
            "warehouse_id",
            "sequence",
        )

    @api.model
    def _read_wanted_component(self, order, vals):
        values = {
            name: vals.get(name) or False for name in self._get_component_fields()
        }
        values["product_uom_qty"] = self._round_quantity(vals["product_uom_qty"])
        values["manual_consumption"] = bool(vals.get("manual_consumption"))
        values["sequence"] = vals.get("sequence", 10)
        product = self.env["product.product"].browse(vals["product_id"])
        return Line(
            kind="component",
            key=values["bom_line_id"],
            product_id=product.id,
            name=product.display_name,
            values=values,
        )

    @api.model
    def _read_components(self, plan, moves):
        """Return the present component lines."""
        return [self._read_component(move) for move in moves]

    @api.model
    def _read_component(self, move):
        return Line(
            kind="component",
            key=move.bom_line_id.id,
            product_id=move.product_id.id,
            name=move.product_id.display_name,
            values=self._read_values(move, self._get_component_fields()),
            id=move.id,
        )

    # finished product and by-products

    @api.model
    def _plan_finished(self, order, plan):
        wanted = self._remember(plan, "finished", self._get_wanted_finished)
        moves = order.move_finished_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        present = [self._read_finished(order, move) for move in moves]
        plan.wanted_finished = wanted
        plan.finished = diff_lines(
            present,
            wanted,
            digits=self._get_digits(),
            is_manual=self._get_manual_check(order, plan, "byproduct", present, wanted),
        )
        if any(change.action == "add" for change in plan.finished):
            plan.finished_vals = self._get_finished_vals(order, plan.bom)

    @api.model
    def _get_wanted_finished(self, order, bom):
        """Return the finished and by-product lines of a new order."""
        vals_list = self._get_finished_vals(order, bom)
        return [self._read_wanted_finished(order, vals) for vals in vals_list]

    @api.model
    def _get_finished_vals(self, order, bom):
        """Return the values of the finished and by-product moves of a new order; kits
        among the by-products become their components when it is confirmed.
        """
        vals_list = self._get_draft_finished_vals(order, bom)
        if order.state == "draft" or len(vals_list) < 2:
            return vals_list
        exploded = (self._explode_byproduct(order, vals) for vals in vals_list[1:])
        return [vals_list[0], *chain.from_iterable(exploded)]

    @api.model
    def _explode_byproduct(self, order, vals):
        """Return the values of what a by-product becomes (Odoo 19,
        ``stock.move.action_explode``).
        """
        product = self.env["product.product"].browse(vals["product_id"])
        kits = self.env["mrp.bom"].sudo()  # as Odoo explodes
        kit = kits._bom_find(
            product, company_id=order.company_id.id, bom_type="phantom"
        )[product]
        if not kit:
            return [vals]
        self._check_kits(order, kit, product)
        unit = self.env["uom.uom"].browse(vals["product_uom"])
        # what is exploded is a move, whose quantity has been rounded already
        quantity = self._round_quantity(vals["product_uom_qty"])
        factor = unit._compute_quantity(quantity, kit.product_uom_id)
        _boms, lines = kit.explode(
            product, factor / kit.product_qty, picking_type=kit.picking_type_id
        )
        return [
            {
                **vals,
                "product_id": line.product_id.id,
                "product_uom": line.product_uom_id.id,
                "product_uom_qty": data["qty"],
                "bom_line_id": line.id,
                "cost_share": data.get("line_cost_share", 0.0),
                "description_picking": product.display_name,
            }
            for line, data in lines
            if line.product_id.type == "consu"
        ]

    @api.model
    def _get_draft_finished_vals(self, order, bom):
        """Return the values of the finished and by-product moves of a draft."""
        if order.bom_id == bom:
            return order._get_moves_finished_values()
        vals = order._get_move_finished_values(
            order.product_id.id, order.product_qty, order.product_uom_id.id
        )
        vals["location_final_id"] = order.location_final_id.id
        factor = (
            order.product_uom_id._compute_quantity(
                order.product_qty, bom.product_uom_id
            )
            / bom.product_qty
        )
        never = order.never_product_template_attribute_value_ids
        return [vals] + [
            order._get_move_finished_values(
                line.product_id.id,
                line.product_qty * factor,
                line.product_uom_id.id,
                line.operation_id.id,
                line.id,
                line.cost_share,
            )
            for line in bom.byproduct_ids
            if not line._skip_byproduct_line(order.product_id, never)
        ]

    @api.model
    def _get_finished_fields(self):
        """Return the fields of a finished move that follow the master data."""
        return (
            "byproduct_id",
            "product_uom_qty",
            "product_uom",
            "operation_id",
            "cost_share",
            "location_dest_id",
            "location_final_id",
            "warehouse_id",
        )

    @api.model
    def _read_wanted_finished(self, order, vals):
        values = {name: vals.get(name) or False for name in self._get_finished_fields()}
        # as Odoo 19 fills it in (mrp, stock.move.create)
        values["location_final_id"] = (
            values["location_final_id"] or order.warehouse_id.lot_stock_id.id
        )
        values["product_uom_qty"] = self._round_quantity(vals["product_uom_qty"])
        values["cost_share"] = float_round(
            vals["cost_share"] or 0.0, precision_digits=2
        )
        product = self.env["product.product"].browse(vals["product_id"])
        main = not values["byproduct_id"] and product == order.product_id
        return Line(
            kind="finished" if main else "byproduct",
            key="finished" if main else values["byproduct_id"],
            product_id=product.id,
            name=product.display_name,
            values=values,
        )

    @api.model
    def _read_finished(self, order, move):
        main = not move.byproduct_id and move.product_id == order.product_id
        return Line(
            kind="finished" if main else "byproduct",
            key="finished" if main else move.byproduct_id.id,
            product_id=move.product_id.id,
            name=move.product_id.display_name,
            values=self._read_values(move, self._get_finished_fields()),
            id=move.id,
        )

    # helpers

    @api.model
    def _read_values(self, record, names):
        """Return field values as numbers, ids and strings."""
        values = {name: record[name] for name in names}
        return {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
        }

    @api.model
    def _get_digits(self):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return {"product_uom_qty": digits, "cost_share": 2, "duration_expected": 2}

    @api.model
    def _round_quantity(self, quantity):
        """Return ``quantity`` as Odoo stores it."""
        digits = self._get_digits()["product_uom_qty"]
        return float_round(quantity, precision_digits=digits)
