"""What every test of the add-on builds on: a fixed "now" and small factories.

Monday 7 January 2030, 08:00 UTC is "now" for every test of `RefreshCase`; nothing reads
demo data. The factories are class methods: use them in `setUpClass` and in tests.
"""

from datetime import datetime, timedelta
from unittest import SkipTest

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user

NOW = datetime(2030, 1, 7, 8, 0)
STEPS = {1: "mrp_one_step", 2: "pbm", 3: "pbm_sam"}


class RefreshCase(TransactionCase):
    """Factories for products, bills of materials, orders; users; `refresh`."""

    now = NOW

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(cls.now))
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.kg = cls.env.ref("uom.product_uom_kgm")
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.mto_route = cls.env.ref("stock.route_warehouse0_mto")
        cls.mto_route.active = True
        cls.manufacture_route = cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.env.user.group_ids += (
            cls.env.ref("uom.group_uom")
            | cls.env.ref("product.group_product_variant")
            | cls.env.ref("mrp.group_mrp_routings")
            | cls.env.ref("mrp.group_mrp_byproducts")
            | cls.env.ref("mrp.group_mrp_workorder_dependencies")
        )
        cls.always_open = cls.make_calendar("24/7", days=range(7), hours=(0, 24))
        cls.office_hours = cls.make_calendar("Mon-Fri 8-16", range(5), (8, 16))

    @classmethod
    def require(cls, *modules):
        """Skip the tests of a class when one of Odoo's modules is not installed."""
        missing = set(modules) - cls.env.registry._init_modules
        if missing:
            raise SkipTest(f"not installed: {', '.join(sorted(missing))}")

    # Users

    @classmethod
    def make_planner(cls, login="refresh_planner", **values):
        """Return a user who has *Manufacturing / User* and nothing else."""
        return cls._make_user(login, "base.group_user,mrp.group_mrp_user", values)

    @classmethod
    def make_outsider(cls, login="refresh_outsider", **values):
        """Return an internal user without any right on manufacturing."""
        return cls._make_user(login, "base.group_user", values)

    @classmethod
    def _make_user(cls, login, groups, values):
        values = {"name": login, "email": f"{login}@example.com", **values}
        return mail_new_test_user(cls.env, login=login, groups=groups, **values)

    # Work centers and calendars

    @classmethod
    def make_calendar(cls, name, days=range(5), hours=(8, 16)):
        """Return a calendar in UTC: the same hours on each of the week's `days`."""
        calendar = cls.env["resource.calendar"].create(
            {"name": name, "tz": "UTC", "attendance_ids": [Command.clear()]}
        )
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": f"Day {day}",
                    "dayofweek": str(day),
                    "hour_from": hours[0],
                    "hour_to": hours[1],
                    "day_period": "morning",
                }
            )
            for day in days
        ]
        return calendar

    @classmethod
    def make_workcenter(cls, name="Assembly", calendar=None, **values):
        """Return a work center, open 24/7 by default, without set-up time."""
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "resource_calendar_id": (calendar or cls.always_open).id,
                "tz": "UTC",
                "time_start": 0,
                "time_stop": 0,
                "time_efficiency": 100,
                **values,
            }
        )

    # Products and variants

    @classmethod
    def make_product(cls, name="Product", uom=None, **values):
        """Return a storable product, in units by default."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "uom_id": (uom or cls.unit).id,
                **values,
            }
        )

    @classmethod
    def make_products(cls, *names, **values):
        """Return one product a name, to be unpacked."""
        return [cls.make_product(name, **values) for name in names]

    @classmethod
    def make_mto_product(cls, name="Made to order", bom=None, buy=False, **values):
        """Return a product replenished on order, with the BoM that `bom` describes.

        `buy` takes the buy route instead of manufacturing: needs `purchase_stock`.
        """
        route = cls.manufacture_route
        if buy:
            route = cls.env.ref("purchase_stock.route_warehouse0_buy")
        values.setdefault("route_ids", [Command.set((cls.mto_route | route).ids)])
        product = cls.make_product(name, **values)
        if bom is not None:
            cls.make_bom(product, **bom)
        return product

    @classmethod
    def make_template(cls, name="Configurable", **attributes):
        """Return a template with one attribute a keyword argument.

        `Colour=["Red", "Blue"]` creates variants; a name that starts with `never_`
        (`never_Gift=["Yes", "No"]`) is an attribute whose values never do.
        """
        lines = []
        for key, value_names in attributes.items():
            never = key.startswith("never_")
            attribute = cls.env["product.attribute"].create(
                {
                    "name": key.removeprefix("never_"),
                    "create_variant": "no_variant" if never else "always",
                    "value_ids": [Command.create({"name": v}) for v in value_names],
                }
            )
            values = Command.set(attribute.value_ids.ids)
            lines.append(
                Command.create({"attribute_id": attribute.id, "value_ids": [values]})
            )
        return cls.env["product.template"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "attribute_line_ids": lines,
            }
        )

    @classmethod
    def attribute_values(cls, template, *names):
        """Return the template's attribute values of these names, in any order."""
        values = template.attribute_line_ids.product_template_value_ids
        found = values.filtered(lambda value: value.name in names)
        assert len(found) == len(set(names)), f"{names} in {values.mapped('name')}"
        return found

    @classmethod
    def variant(cls, template, *names):
        """Return the variant that has these values."""
        wanted = cls.attribute_values(template, *names)
        return template.product_variant_ids.filtered(
            lambda product: wanted <= product.product_template_attribute_value_ids
        )

    # Bills of materials

    @classmethod
    def make_bom(cls, product, lines=(), operations=(), byproducts=(), **values):
        """Return the BoM of a product, or of a template for all its variants.

        `lines` are `(product, quantity)` or dicts of `product`, `qty` (1), `uom` (the
        product's), `operation` (a name), `variants` (attribute values) and `kit` or
        `bom`: arguments of `make_bom`, for a kit or a BoM made for that component.
        `operations` are dicts of `name`, `workcenter`, `minutes` (60), `variants` and
        `after` (names of the operations that block it); `byproducts` are as lines,
        with `cost_share`. Other keys of a dict are field values. `values`: `qty` (1),
        `uom`, `kit` (False) and field values of the BoM.
        """
        is_template = product._name == "product.template"
        template = product if is_template else product.product_tmpl_id
        if not is_template and len(template.product_variant_ids) > 1:
            values.setdefault("product_id", product.id)
        bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": template.id,
                "product_qty": values.pop("qty", 1),
                "product_uom_id": (values.pop("uom", None) or template.uom_id).id,
                "type": "phantom" if values.pop("kit", False) else "normal",
                "allow_operation_dependencies": any("after" in op for op in operations),
                **values,
            }
        )
        for sequence, operation in enumerate(operations, 1):
            cls.add_operation(bom, **{"sequence": sequence, **operation})
        for sequence, line in enumerate(lines, 1):
            line = cls._line_dict(line)
            cls.add_line(bom, **{"sequence": sequence, **line})
        for line in byproducts:
            cls.add_byproduct(bom, **cls._line_dict(line))
        return bom

    @classmethod
    def make_kit(cls, product, lines=(), operations=(), **values):
        """Return a kit (phantom BoM) of a product, arguments as `make_bom`."""
        return cls.make_bom(product, lines, operations, kit=True, **values)

    @classmethod
    def add_line(cls, bom, product, qty=1, uom=None, operation=None, **values):
        """Add one component to a BoM, arguments as a line of `make_bom`."""
        for key in ("kit", "bom"):
            if sub_bom := values.pop(key, None):
                cls.make_bom(product, **sub_bom, kit=key == "kit")
        vals = cls._line_vals(bom, product, qty, uom, operation, values)
        return cls.env["mrp.bom.line"].create(vals)

    @classmethod
    def add_byproduct(cls, bom, product, qty=1, uom=None, operation=None, **values):
        """Add one by-product to a BoM, arguments as a by-product of `make_bom`."""
        vals = cls._line_vals(bom, product, qty, uom, operation, values)
        return cls.env["mrp.bom.byproduct"].create(vals)

    @classmethod
    def add_operation(cls, bom, name="Operation", workcenter=None, **values):
        """Add one operation to a BoM, arguments as an operation of `make_bom`."""
        after = cls.operations(bom, *values.pop("after", ()))
        variants = values.pop("variants", cls.env["product.template.attribute.value"])
        return cls.env["mrp.routing.workcenter"].create(
            {
                "bom_id": bom.id,
                "name": name,
                "workcenter_id": (workcenter or cls.make_workcenter()).id,
                "time_cycle_manual": values.pop("minutes", 60),
                "bom_product_template_attribute_value_ids": variants.ids,
                "blocked_by_operation_ids": after.ids,
                **values,
            }
        )

    @classmethod
    def operations(cls, bom, *names):
        """Return the operations of a BoM that have these names."""
        return bom.operation_ids.filtered(lambda op: op.name in names)

    @classmethod
    def _line_dict(cls, line):
        return (
            line
            if isinstance(line, dict)
            else {
                "product": line[0],
                "qty": line[1],
            }
        )

    @classmethod
    def _line_vals(cls, bom, product, qty, uom, operation, values):
        if isinstance(operation, str):
            operation = cls.operations(bom, operation)[:1]
        variants = values.pop("variants", cls.env["product.template.attribute.value"])
        return {
            "bom_id": bom.id,
            "product_id": product.id,
            "product_qty": qty,
            "product_uom_id": (uom or product.uom_id).id,
            "operation_id": operation.id if operation else False,
            "bom_product_template_attribute_value_ids": variants.ids,
            **values,
        }

    # Warehouses and stock

    @classmethod
    def make_warehouse(cls, steps=1, code=None, **values):
        """Return a warehouse that manufactures in 1, 2 or 3 steps."""
        return cls.env["stock.warehouse"].create(
            {
                "name": f"Warehouse in {steps} steps",
                "code": code or f"RF{steps}",
                "manufacture_steps": STEPS[steps],
                **values,
            }
        )

    @classmethod
    def put_in_stock(cls, product, quantity, location=None, lot=None):
        """Have this much of a product, more than before, in a location (the stock)."""
        location = location or cls.warehouse.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(
            product, location, quantity, lot_id=lot
        )

    # Orders

    @classmethod
    def make_order(cls, bom, qty=1, product=None, uom=None, warehouse=None, **values):
        """Return a draft order of a BoM, due in ten days unless a date is given."""
        product = product or bom.product_id or bom.product_tmpl_id.product_variant_id
        warehouse = warehouse or cls.warehouse
        values.setdefault("date_deadline", cls.now + timedelta(days=10))
        return cls.env["mrp.production"].create(
            {
                "product_id": product.id,
                "bom_id": bom.id,
                "product_qty": qty,
                "product_uom_id": (uom or bom.product_uom_id).id,
                "picking_type_id": warehouse.manu_type_id.id,
                "date_start": cls.now + timedelta(days=1),
                **values,
            }
        )

    @classmethod
    def make_confirmed_order(cls, bom, qty=1, plan=False, **values):
        """Return an order as `make_order`, confirmed and if asked for planned."""
        order = cls.make_order(bom, qty, **values)
        order.action_confirm()
        if plan:
            order.button_plan()
        return order

    @classmethod
    def make_order_by_form(cls, bom, qty=1, product=None, user=None, **values):
        """Return a draft order entered as a person does, field by field."""
        orders = cls.env["mrp.production"].with_user(user or cls.env.user)
        with Form(orders) as form:
            form.product_id = product or bom.product_tmpl_id.product_variant_id
            form.bom_id = bom
            form.product_qty = qty
            for name, value in values.items():
                setattr(form, name, value)
        return form.record.with_user(cls.env.user)

    @classmethod
    def change_quantity(cls, order, qty):
        """Change the quantity of a confirmed order as its button does."""
        cls.env["change.production.qty"].create(
            {"mo_id": order.id, "product_qty": qty}
        ).change_prod_qty()

    # The method under test

    @classmethod
    def refresh(cls, orders, user=None, **options):
        """Refresh orders through the public method and return its result."""
        if user:
            orders = orders.with_user(user)
        return orders.refresh_production_orders(**options)

    def refresh_one(self, order, status="refreshed", user=None, **options):
        """Refresh one order, expect a status and return its row of the result."""
        result = self.refresh(order, user=user, **options)
        self.assertEqual(len(result["orders"]), 1)
        row = result["orders"][0]
        self.assertEqual(row["status"], status, row["message"])
        return row

    def do_all_work(self, order):
        """Do all work of an order as expected, and mark it done."""
        order.action_assign()
        for workorder in order.workorder_ids:
            workorder.duration = workorder.duration_expected
        order.qty_producing = order.product_qty
        order._set_qty_producing()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
