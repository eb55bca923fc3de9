from odoo.tests import tagged

from .common_browser import BrowserCase

# `main` twice, one in the other, is Odoo's frame of a dialog: the dialog takes its
# meaning away with a role, which axe-core has no liking for either.
CHECK = """
const problems = [];
const check = async (where) => {
    await rest();
    const found = await axe.run(".modal", { resultTypes: ["violations"] });
    for (const { id, nodes } of found.violations) {
        for (const { html, any, all, none } of nodes) {
            if (id === "aria-allowed-role" && html.startsWith("<main")) {
                continue;
            }
            const why = [...any, ...all, ...none][0]?.message;
            problems.push(`${where}: ${id}: ${why}: ${html.slice(0, 200)}`);
        }
    }
};
"""
DONE = """
await press(".modal .btn-close");
await until(() => !document.querySelector(".modal"), "the end of the dialog");
if (problems.length) {
    throw new Error(problems.join("\\n"));
}
"""
SINGLE = """
await press("button[name=action_refresh]");
await see(".modal .o_mrp_refresh_preview tr");
await check("changes");
await press(".modal .o_notebook a[name=timeline]");
await press(".modal .o_mrp_timeline_bar");
await check("time line");
await press(".modal .o_mrp_capacity_cell");
await check("capacity");
"""
REFUSED = """
await press("button[name=action_refresh]");
await see(".modal [name=refusal] button");
await check("refused");
"""
SEVERAL = """
await press("thead .o_list_record_selector input");
await press(".o_control_panel button[name=action_refresh]");
await see(".modal .o_mrp_refresh_orders");
await check("rows");
await press(".modal .o_mrp_refresh_open");
await see(".modal .o_mrp_timeline_bar");
await press(".modal .o_mrp_refresh_leave_refused");
await see(".modal .o_left_out");
await check("opened row");
"""
LIST = "/odoo/action-mrp_production_refresh.mrp_production_action_refreshable"


@tagged("post_install", "-at_install")
class TestAccessibility(BrowserCase):
    """axe-core finds nothing in the dialog, in light and in dark."""

    def check(self, url, script):
        self.run_script(url, self.load_axe() + CHECK + script + DONE)

    def check_all(self):
        late = self.make_changed_order(date_deadline=self.now)
        refused = self.make_order(self.bom, date_deadline=False)
        self.check(f"/odoo/manufacturing/{late.id}", SINGLE)
        self.check(f"/odoo/manufacturing/{refused.id}", REFUSED)
        self.check(LIST, SEVERAL)

    def test_light(self):
        self.check_all()

    def test_dark(self):
        self.go_dark()
        self.check_all()

    def test_faults_are_found(self):
        """The check itself: a picture without a text must not pass."""
        order = self.make_changed_order()
        spoil = """
            const image = document.createElement("img");
            image.src = "/web/static/img/logo2.png";
            document.querySelector(".modal .o_mrp_refresh_preview").append(image);
            await check("spoiled");
            if (!problems.some((text) => text.includes("image-alt"))) {
                throw new Error("axe-core did not see it");
            }
        """
        self.run_script(
            f"/odoo/manufacturing/{order.id}",
            self.load_axe()
            + CHECK
            + 'await press("button[name=action_refresh]");'
            + 'await see(".modal .o_mrp_refresh_preview tr");'
            + spoil,
        )
