"""Orders that are split, merged, or made in part."""


class PartsMixin:
    """What people do to orders to have them made in other portions."""

    def split(self, order, *quantities):
        """Return the parts of an order, of these quantities."""
        return order._split_productions({order: list(quantities)})

    def merge(self, orders):
        """Return the order that orders are merged into, due with the last of them."""
        due = max(orders.mapped("date_deadline"))
        merged = orders.browse(orders.action_merge()["res_id"])
        merged.date_deadline = due
        return merged

    def produce(self, order, quantity):
        """Make a part of an order and return what is left of it."""
        parts = order.production_group_id.production_ids
        order.qty_producing = quantity
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        return order.production_group_id.production_ids - parts

    def get_need(self, orders, product):
        """Return how much of a component orders need, in its unit."""
        lines = orders.move_raw_ids.filtered(
            lambda move: move.product_id == product and move.state != "cancel"
        )
        return sum(lines.mapped("product_qty"))
