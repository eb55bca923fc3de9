import { defineMrpModels } from "@mrp/../tests/mrp_test_helpers";
import { describe, expect, getFixture, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { RefreshTimeline } from "@mrp_production_refresh/timeline/refresh_timeline";
import { getTicks } from "@mrp_production_refresh/timeline/ticks";

describe.current.tags("desktop");
defineMrpModels();

const HOUR = 3600;
const MONDAY = Date.UTC(2030, 0, 7) / 1000;
const at = (hours) => MONDAY + hours * HOUR;
const slot = (workcenter_id, start, end) => ({ workcenter_id, start: at(start), end: at(end) });

function makeData(values = {}) {
    return {
        name: "WH/MO/00001",
        zone: "UTC",
        now: at(8),
        due: at(14),
        start: at(6),
        end: at(18),
        hours: [[[at(8), at(16)]]],
        workcenters: [
            { id: 1, name: "Saw", hours: 0, bookings: [[at(9), at(10)]] },
            { id: 2, name: "Drill", hours: 0, bookings: [] },
        ],
        operations: [
            {
                key: "1",
                name: "Cut",
                action: "move",
                label: "Moved",
                before: slot(1, 8, 9),
                after: slot(1, 10, 12),
                late: false,
            },
            {
                key: "2",
                name: "Bore",
                action: "keep",
                label: "Unchanged",
                before: slot(2, 12, 15),
                after: slot(2, 12, 15),
                late: true,
            },
        ],
        ...values,
    };
}

async function mountTimeline(values) {
    return mountWithCleanup(RefreshTimeline, { props: { data: makeData(values) } });
}

test("bars before and after, one bar for what stays", async () => {
    await mountTimeline();
    expect(".o_mrp_timeline_lane").toHaveCount(2);
    expect(".o_mrp_timeline_bar.o_before").toHaveCount(1);
    expect(".o_mrp_timeline_bar.o_after").toHaveCount(1);
    expect(".o_mrp_timeline_bar.o_same.o_late").toHaveCount(1);
    expect(".o_mrp_timeline_booking").toHaveCount(1);
    expect(queryAllTexts(".o_mrp_timeline_mark_label")).toEqual(["Now", "Due"]);
    expect(queryFirst(".o_mrp_timeline_bar.o_after").style.insetInlineStart).toBe("33.333%");
});

test("labels and the table say what the bars show", async () => {
    await mountTimeline();
    const label = queryFirst(".o_mrp_timeline_bar.o_same").getAttribute("aria-label");
    expect(label).toMatch(/^Bore, stays: Drill, .*late by 1 h$/);
    expect(queryAllTexts(".visually-hidden tbody th")).toEqual(["Cut", "Bore"]);
});

test("one tab stop, arrow keys move between bars", async () => {
    await mountTimeline();
    expect(".o_mrp_timeline_bar[tabindex='0']").toHaveCount(1);
    queryFirst(".o_mrp_timeline_bar.o_before").focus();
    await press("ArrowRight");
    await animationFrame();
    expect(".o_mrp_timeline_bar.o_after").toBeFocused();
    expect(".o_mrp_timeline_bar.o_after").toHaveAttribute("tabindex", "0");
    await press("ArrowDown");
    expect(".o_mrp_timeline_bar.o_same").toBeFocused();
    await press("Home");
    expect(".o_mrp_timeline_bar.o_before").toBeFocused();
});

test("right to left, time runs to the left and names keep their first letters", async () => {
    getFixture().style.direction = "rtl";
    const [operation] = makeData().operations;
    operation.name = "A name that is much longer than its bar could ever be, whatever the window";
    await mountTimeline({ operations: [operation] });
    const place = (selector) => queryFirst(selector).getBoundingClientRect();
    const bar = place(".o_mrp_timeline_bar.o_after");
    expect(bar.right).toBeLessThan(place(".o_mrp_timeline_bar.o_before").left);
    expect(place(".o_mrp_timeline_bar.o_after span").left).toBeGreaterThan(bar.left);
});

test("zoom and fit", async () => {
    const timeline = await mountTimeline();
    expect(".o_mrp_timeline_out").toHaveAttribute("disabled");
    await contains(".o_mrp_timeline_in").click();
    expect(timeline.state.zoom).toBe(2);
    queryFirst(".o_mrp_timeline_bar.o_before").focus();
    await press("0");
    expect(timeline.state.zoom).toBe(1);
});

test("a mark outside the window has no line", async () => {
    await mountTimeline({ now: at(-99), due: false });
    expect(".o_mrp_timeline_mark").toHaveCount(0);
});

test("ticks are at midnight in the zone, also when the clock changes", async () => {
    const zone = "Europe/Brussels";
    const start = Date.UTC(2030, 2, 30) / 1000; // the night of 31 March has 23 hours
    const ticks = getTicks(start, start + 72 * HOUR, zone, 6);
    const midnights = ticks.filter((tick) => tick.isDay).map((tick) => tick.seconds);
    expect(midnights).toEqual([
        Date.UTC(2030, 2, 30, 23) / 1000,
        Date.UTC(2030, 2, 31, 22) / 1000,
        Date.UTC(2030, 3, 1, 22) / 1000,
    ]);
});

test("no label of a tick is cut off at the end", async () => {
    await mountTimeline();
    const track = ".o_mrp_timeline_head .o_mrp_timeline_track";
    const end = queryFirst(track).getBoundingClientRect().right;
    const labels = queryAll(".o_mrp_timeline_tick").filter((tick) => tick.textContent);
    expect(labels.length).toBeGreaterThan(2);
    const cut = labels.filter((tick) => tick.getBoundingClientRect().right > end + 1);
    expect(cut.map((tick) => tick.textContent)).toEqual([]);
});

test("sixty operations", async () => {
    const operations = Array.from({ length: 60 }, (_item, index) => ({
        key: String(index),
        name: `Operation ${index}`,
        action: "move",
        label: "Moved",
        before: slot(1 + (index % 2), index, index + 1),
        after: slot(1 + (index % 2), index + 60, index + 61),
        late: false,
    }));
    await mountTimeline({ operations, start: at(0), end: at(130) });
    expect(queryAll(".o_mrp_timeline_bar")).toHaveLength(120);
    expect(".o_mrp_timeline_bar[tabindex='0']").toHaveCount(1);
});
