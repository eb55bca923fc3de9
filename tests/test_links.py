"""What other records hang on survives a refresh."""

from odoo.tests import tagged

from .common_links import LinksCase
from .oracle import wanted_lines
from .snapshot import differences, snapshot


@tagged("post_install", "-at_install")
class TestRecordsThatStay(LinksCase):
    def decorate(self, record):
        """Hang an attachment on a record; if it can, activity, message, follower."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "drawing.txt",
                "raw": b"drawing",
                "res_model": record._name,
                "res_id": record.id,
            }
        )
        if "message_ids" not in record._fields:
            return attachment
        record.activity_schedule("mail.mail_activity_data_todo", summary="Look")
        record.message_post(body="A note by hand")
        record.message_subscribe(self.planner.partner_id.ids)
        return attachment

    def test_lines_and_work_orders_stay_the_same_records(self):
        for state in ("draft", "confirmed", "planned"):
            with self.subTest(state=state):
                self.bom = self.make_desk_bom()
                if state == "draft":
                    order = self.make_order(self.bom, 2)
                else:
                    order = self.make_confirmed_order(
                        self.bom, 2, plan=state == "planned"
                    )
                moves, finished = order.move_raw_ids, order.move_finished_ids
                workorders = order.workorder_ids
                records = [order, *moves, *finished, *workorders]
                attachments = [self.decorate(record) for record in records]
                name, reference = order.name, order.reference_ids
                self.change_bom()
                self.refresh_fully(order)
                self.assertLessEqual(moves, order.move_raw_ids)
                self.assertEqual(finished, order.move_finished_ids)
                self.assertLessEqual(workorders, order.workorder_ids)
                self.assertEqual(len(order.workorder_ids), 3)
                for attachment in attachments:
                    self.assertTrue(attachment.exists())
                self.assertEqual((order.name, order.reference_ids), (name, reference))
                self.assertEqual(order.activity_ids.summary, "Look")
                self.assertIn(self.planner.partner_id, order.message_partner_ids)
                bodies = " ".join(order.message_ids.mapped("body"))
                self.assertIn("A note by hand", bodies)

    def test_new_lines_carry_the_references_of_the_order(self):
        order = self.make_confirmed_order(self.bom, 2, origin="Plan of May")
        reference = self.env["stock.reference"].create({"name": "Batch 7"})
        order.reference_ids += reference
        order.move_raw_ids.reference_ids += reference
        self.change_bom()
        self.refresh_fully(order)
        for move in order.move_raw_ids:
            self.assertIn(reference, move.reference_ids)
            self.assertEqual(move.origin, order._get_origin())
        self.assertEqual(order.origin, "Plan of May")

    def test_parent_is_fed_by_the_child_after_both_are_refreshed(self):
        wheel = self.make_mto_product("Wheel", bom={"lines": [(self.glue, 1)]})
        self.bom.bom_line_ids[1].product_id = wheel
        parent = self.make_confirmed_order(self.bom, 2)
        child = parent._get_children()
        move = parent.move_raw_ids.filtered(lambda m: m.product_id == wheel)
        self.assertEqual(child.move_finished_ids.move_dest_ids, move)
        child.bom_id.bom_line_ids.product_qty = 3
        self.refresh_fully(child)
        self.assertEqual(child.move_finished_ids.move_dest_ids, move)
        self.bom.bom_line_ids[0].product_qty = 7
        self.refresh_fully(parent)
        self.assertEqual(child.move_finished_ids.move_dest_ids, move)
        self.assertEqual(parent._get_children(), child)
        self.assertEqual(child._get_sources(), parent)

    def test_child_follows_up_and_down_again_and_again(self):
        tyre = self.make_mto_product("Tyre", bom={"lines": [(self.glue, 1)]})
        wheel = self.make_mto_product("Wheel", bom={"lines": [(tyre, 1)]})
        self.bom.bom_line_ids[1].product_id = wheel
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                house = self.make_warehouse(steps, code=f"W{steps}")
                self.bom.bom_line_ids[1].product_qty = 4
                parent = self.make_confirmed_order(self.bom, 2, warehouse=house)
                for qty in (6, 1, 3, 8, 2):
                    self.bom.bom_line_ids[1].product_qty = qty
                    row = self.refresh_one(parent)
                    self.assertEqual(row["warnings"], [])
                    for product in (wheel, tyre):
                        orders = self.env["mrp.production"].search(
                            [
                                ("product_id", "=", product.id),
                                ("warehouse_id", "=", house.id),
                                ("state", "!=", "cancel"),
                            ]
                        )
                        self.assertEqual(sum(orders.mapped("product_qty")), 2 * qty)
                        made = orders.move_finished_ids.filtered(
                            lambda move: move.state != "cancel"
                        )
                        self.assertEqual(sum(made.mapped("product_uom_qty")), 2 * qty)
                    self.refresh_one(parent, "unchanged")

    def test_scrapped_components_stay_scrapped(self):
        self.stock()
        order = self.make_confirmed_order(self.bom, 2)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.leg.id,
                "scrap_qty": 1,
                "production_id": order.id,
                "location_id": order.location_src_id.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        moves = scrap.move_ids
        self.change_bom()
        row = self.refresh(order, restore_reservation=True)["orders"][0]
        self.assertIn(row["status"], ("refreshed", "refused"), row["message"])
        self.assertEqual((scrap.state, scrap.move_ids), ("done", moves))
        self.assertEqual(moves.state, "done")
        if row["status"] == "refused":
            self.assertEqual(row["code"], "started")


@tagged("post_install", "-at_install")
class TestFamilies(LinksCase):
    """Backorders, split and merged orders."""

    def produce(self, order, qty):
        order.action_assign()
        order.qty_producing = qty
        order._set_qty_producing(False)
        action = order.with_context(skip_consumption=True).button_mark_done()
        if isinstance(action, dict):
            self.env[action["res_model"]].with_context(**action["context"]).create(
                {}
            ).action_backorder()
        self.assertEqual(order.state, "done")
        return order.production_group_id.production_ids - order

    def test_backorder(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                house = self.make_warehouse(steps, code=f"B{steps}")
                for product in (self.top, self.leg, self.glue):
                    self.put_in_stock(product, 100, house.lot_stock_id)
                bom = self.make_bom(self.desk, [(self.top, 1), (self.leg, 4)])
                order = self.make_confirmed_order(
                    bom, 5, product=self.desk, warehouse=house
                )
                if steps > 1:
                    order.picking_ids.action_assign()
                    order.picking_ids.move_ids.picked = True
                    order.picking_ids.button_validate()
                backorder = self.produce(order, 2)
                self.assertEqual(backorder.product_qty, 3)
                self.refresh(backorder, restore_reservation=True)
                self.assertEqual(
                    differences(wanted_lines(backorder), snapshot(backorder)), []
                )
                bom.bom_line_ids[1].product_qty = 6
                self.refresh_one(backorder, restore_reservation=True)
                self.assertEqual(
                    differences(wanted_lines(backorder), snapshot(backorder)), []
                )
                self.refresh_one(backorder, "unchanged", restore_reservation=True)
                # what was done before the backorder stays
                legs = order.move_raw_ids.filtered(lambda m: m.product_id == self.leg)
                self.assertEqual((legs.state, legs.quantity), ("done", 8))
                self.refresh_one(order, "refused")
                if steps > 1:
                    self.assertEqual(self.brought(backorder, self.leg), 8 + 18)

    def brought(self, order, product):
        """Return what was and will be brought to the components location."""
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "=", order.production_group_id.id),
                ("product_id", "=", product.id),
                ("state", "!=", "cancel"),
                ("raw_material_production_id", "=", False),
            ]
        )
        into = moves.filtered(lambda m: m.location_dest_id == order.location_src_id)
        back = moves - into
        return sum(into.mapped("product_qty")) - sum(back.mapped("product_qty"))

    def test_split_orders(self):
        order = self.make_confirmed_order(self.bom, 6)
        first, second = order._split_productions({order: [4, 2]})
        self.assertEqual((first.product_qty, second.product_qty), (4, 2))
        self.change_bom()
        for part in (first, second):
            self.refresh_fully(part)
        self.assertFalse(first.move_raw_ids & second.move_raw_ids)

    def test_merged_orders(self):
        orders = self.make_confirmed_order(self.bom, 2)
        orders |= self.make_confirmed_order(self.bom, 3)
        action = orders.action_merge()
        merged = self.env["mrp.production"].browse(action["res_id"])
        self.assertEqual(merged.product_qty, 5)
        self.change_bom()
        self.refresh_fully(merged, due_date="2030-01-17 08:00:00")

    def test_merged_orders_with_transfers(self):
        house = self.make_warehouse(2)
        bom = self.make_bom(self.desk, [(self.top, 1), (self.leg, 4)])
        orders = self.env["mrp.production"]
        for qty in (2, 3):
            orders |= self.make_confirmed_order(
                bom, qty, product=self.desk, warehouse=house
            )
        merged = orders.browse(orders.action_merge()["res_id"])
        bom.bom_line_ids[1].product_qty = 3
        self.refresh_one(merged, due_date="2030-01-17 08:00:00")
        self.assertEqual(merged.move_raw_ids[1].product_uom_qty, 15)
        picks = merged.move_raw_ids[1].move_orig_ids
        picks = picks.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(picks.mapped("product_qty")), 15)
        self.refresh_one(merged, "unchanged")
