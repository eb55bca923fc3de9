import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("mrp_production_refresh_late", {
    steps: () => [
        {
            content: "Open the dialog",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "It says by how much, in words",
            trigger: ".modal .o_mrp_refresh_preview .badge:contains(Late by)",
        },
        {
            trigger: ".modal .o_mrp_refresh_preview .alert-warning:contains(after its due date)",
        },
        {
            trigger: ".modal .o_notebook a[name=timeline]",
            run: "click",
        },
        {
            content: "The late operation is marked, for ears too",
            trigger: ".modal .o_mrp_timeline_bar.o_late[aria-label*=late]",
        },
        {
            content: "The due date is a line",
            trigger: ".modal .o_mrp_timeline_mark.o_due:not(:visible), .modal .o_mrp_timeline_legend:contains(Due)",
        },
        {
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            content: "The summary warns",
            trigger: ".o_notification:contains(after the due date)",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
