import { defineMrpModels } from "@mrp/../tests/mrp_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryFirst } from "@odoo/hoot-dom";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { RefreshCapacity } from "@mrp_production_refresh/capacity/refresh_capacity";

describe.current.tags("desktop");
defineMrpModels();

const row = (values) => ({
    workcenter_id: 1,
    workcenter_name: "Saw",
    date: "2030-01-07",
    minutes_available: 480,
    minutes_before: 120,
    minutes_after: 240,
    overlap_before: 0,
    overlap_after: 0,
    ...values,
});

test("two bars a day, as high as the day is full", async () => {
    const rows = [row(), row({ date: "2030-01-08" }), row({ workcenter_id: 2 })];
    await mountWithCleanup(RefreshCapacity, { props: { rows } });
    expect(".o_mrp_capacity_cell").toHaveCount(3);
    expect(queryFirst(".o_mrp_capacity_bar.o_before").style.height).toBe("25%");
    expect(queryFirst(".o_mrp_capacity_bar.o_after").style.height).toBe("50%");
    expect(queryFirst(".o_mrp_capacity_cell").getAttribute("aria-label")).toMatch(
        /before 2 h of 8 h, 25%, after refresh 4 h of 8 h, 50%$/
    );
});

test("what is booked twice is an overload", async () => {
    const rows = [row({ minutes_before: 480, overlap_before: 120 })];
    await mountWithCleanup(RefreshCapacity, { props: { rows } });
    expect(".o_mrp_capacity_bar.o_before.o_overload").toHaveCount(1);
    expect(".o_mrp_capacity_bar.o_after.o_overload").toHaveCount(0);
    expect(queryFirst(".o_mrp_capacity_bar.o_before").style.height).toBe("100%");
});

test("orders that were refreshed together share a cell", async () => {
    const rows = [row(), row()];
    await mountWithCleanup(RefreshCapacity, { props: { rows } });
    expect(".o_mrp_capacity_cell").toHaveCount(1);
    expect(queryFirst(".o_mrp_capacity_bar.o_after").style.height).toBe("50%");
});
