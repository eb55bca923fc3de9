import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("mrp_production_refresh", {
    steps: () => [
        {
            content: "The order carries what somebody changed by hand",
            trigger: ".o_field_widget[name=move_raw_ids] td[name=product_uom_qty]:contains(99)",
        },
        {
            content: "The due date can be seen on the form",
            trigger: ".o_field_widget[name=date_deadline]",
        },
        {
            content: "Open the dialog",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "It shows what will be lost and what will be",
            trigger: ".modal .o_mrp_refresh_preview tr[data-action=update]:contains(99 Units):contains(8 Units)",
        },
        {
            content: "Handwork is marked in words",
            trigger: ".modal .o_mrp_refresh_preview .badge:contains(By hand)",
        },
        {
            content: "The time line shows the operation as bars",
            trigger: ".modal .o_notebook a[name=timeline]",
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_timeline_lane .o_mrp_timeline_bar[aria-label*=Assemble]",
            run: "click",
        },
        {
            content: "The chosen operation is described in words",
            trigger: ".modal .o_mrp_timeline_detail:contains(Assemble)",
        },
        {
            content: "Capacity has a bar for each work center and day",
            trigger: ".modal .o_mrp_capacity_cell[aria-label*=after]",
        },
        {
            content: "Back to the lines",
            trigger: ".modal .o_notebook a[name=changes]",
            run: "click",
        },
        {
            content: "Lines tick routings, which then cannot be unticked",
            trigger: ".modal .o_field_widget[name=calculate_routings] input:checked:disabled",
        },
        {
            content: "Without lines and component need, the component stays",
            trigger: ".modal .o_field_widget[name=calculate_lines] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=calculate_components] input:enabled",
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_refresh_preview:not(:has(tr:contains(99 Units)))",
        },
        {
            content: "With lines, everything is calculated again",
            trigger: ".modal .o_field_widget[name=calculate_lines] input",
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_refresh_preview tr:contains(99 Units)",
        },
        {
            content: "Refresh",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "A short summary tells what happened",
            trigger: ".o_notification:contains(refreshed)",
        },
        {
            content: "The form shows the result",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=move_raw_ids] td[name=product_uom_qty]:contains(8.00)",
        },
    ],
});
