from odoo import Command
from odoo.tests import tagged

from .common_browser import BrowserCase

OPERATIONS = 60
COMPONENTS = 200
LIMIT = 1.5
# each opened once to warm up, then the median of so many
TIMES = 3
SCRIPT = """
const action = odoo.__WOWL_DEBUG__.root.env.services.action;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const appear = async (selector, count) => {
    const end = performance.now() + 60000;
    while (performance.now() < end) {
        if (document.querySelectorAll(selector).length >= count) {
            return;
        }
        await frame();
    }
    throw new Error(`did not come: ${count} times ${selector}`);
};
const measure = async (open, selector, count) => {
    const begin = performance.now();
    open();
    await appear(selector, count);
    return performance.now() - begin;
};
const median = (times) => {
    const sorted = times.slice(1).sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(sorted.length / 2)]);
};
const forms = [];
const dialogs = [];
for (let turn = 0; turn <= TIMES; turn++) {
    await action.doAction("LIST", { clearBreadcrumbs: true });
    await appear(".o_list_view .o_data_row", 1);
    const form = {
        type: "ir.actions.act_window",
        res_model: "mrp.production",
        res_id: ORDER,
        views: [[false, "form"]],
    };
    const row = ".o_form_view [name=move_raw_ids] .o_data_row";
    forms.push(await measure(() => action.doAction(form), row, 40));
    await rest();
    const button = document.querySelector("button[name=action_refresh]");
    const line = ".modal .o_mrp_refresh_preview tr[data-action]";
    dialogs.push(await measure(() => button.click(), line, LINES));
    await press(".modal .btn-close");
    await until(() => !document.querySelector(".modal"), "the end of the dialog");
}
const text = `dialog ${median(dialogs)} ms, form ${median(forms)} ms`;
console.log(text);
if (median(dialogs) > LIMIT * median(forms)) {
    throw new Error(`The dialog takes too long: ${text}`);
}
"""


@tagged("post_install", "-at_install")
class TestOpeningTime(BrowserCase):
    def make_large_order(self):
        """Return an order of which every component and operation will change."""
        product = self.make_product("Cabinet")
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create(
                        {"product_id": part.id, "product_qty": 1 + number % 4}
                    )
                    for number, part in enumerate(self.make_parts())
                ],
                "operation_ids": [
                    Command.create(values) for values in self.prepare_operations()
                ],
            }
        )
        order = self.make_confirmed_order(bom, qty=2)
        order.move_raw_ids.product_uom_qty = 99
        return order

    def make_parts(self):
        names = [f"Part {number}" for number in range(COMPONENTS)]
        return self.env["product.product"].create(
            [{"name": name, "is_storable": True} for name in names]
        )

    def prepare_operations(self):
        stations = [self.make_workcenter(f"Station {n}") for n in range(10)]
        return [
            {
                "name": f"Operation {number}",
                "workcenter_id": stations[number % len(stations)].id,
                "time_cycle_manual": 30,
            }
            for number in range(OPERATIONS)
        ]

    def test_dialog_opens_as_fast_as_the_form(self):
        order = self.make_large_order()
        script = SCRIPT
        for name, value in (
            ("TIMES", TIMES),
            ("ORDER", order.id),
            ("LINES", OPERATIONS + COMPONENTS),
            ("LIMIT", LIMIT),
            ("LIST", "mrp_production_refresh.mrp_production_action_refreshable"),
        ):
            script = script.replace(name, str(value))
        self.run_script("/odoo/refresh-orders", script)
