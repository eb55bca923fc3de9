import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("mrp_production_refresh_refused", {
    steps: () => [
        {
            content: "Open the dialog",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "It says why the order is refused",
            trigger: ".modal [name=refusal]:contains(no due date)",
        },
        {
            content: "What cannot be done is not offered",
            trigger: ".modal footer:not(:has(button[name=action_apply]))",
        },
        {
            content: "The way out",
            trigger: ".modal [name=refusal] button[name=action_schedule_forward]",
            run: "click",
        },
        {
            content: "The dialog is open again, and now it can be done",
            trigger: ".modal .o_form_view:not(:has([name=refusal])) .o_mrp_refresh_preview",
        },
        {
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(refreshed)",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
