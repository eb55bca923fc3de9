import { registry } from "@web/core/registry";
import { REFRESH_ALL } from "./refresh_all";

const ROW = ".modal .o_mrp_refresh_orders tr[data-order-id]";

registry.category("web_tour.tours").add("mrp_production_refresh_several", {
    steps: () => [
        ...REFRESH_ALL,
        {
            content: "A summary on top",
            trigger: ".modal .o_mrp_refresh_totals:contains(Will change: 2):contains(Refused: 1)",
        },
        {
            content: "A row each: a refused one says why",
            trigger: `${ROW}:contains(Chair):contains(no due date)`,
        },
        {
            content: "Leave out what is refused",
            trigger: ".modal .o_mrp_refresh_leave_refused",
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_refresh_totals:contains(Left out: 1):not(:contains(Refused))",
        },
        {
            content: "Open a row",
            trigger: `${ROW}:contains(Table) .o_mrp_refresh_open`,
            run: "click",
        },
        {
            content: "It shows what the order will become",
            trigger: ".modal .o_mrp_refresh_orders .o_mrp_refresh_preview tr:contains(99 Units):contains(8 Units)",
        },
        {
            content: "with its time line",
            trigger: ".modal .o_mrp_refresh_orders .o_mrp_timeline_bar[aria-label*=Assemble]",
        },
        {
            content: "and the capacity of its work center",
            trigger: ".modal .o_mrp_refresh_orders .o_mrp_capacity_cell",
        },
        {
            content: "Leave another order out",
            trigger: `${ROW}:contains(Shelf) input[type=checkbox]`,
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_refresh_totals:contains(Left out: 2):contains(Will change: 1)",
        },
        {
            content: "What is open stays open",
            trigger: ".modal .o_mrp_refresh_orders .o_mrp_timeline_bar[aria-label*=Assemble]",
        },
        {
            content: "Refresh what is left",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(refreshed)",
        },
        {
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});
