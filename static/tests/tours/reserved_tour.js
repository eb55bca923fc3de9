import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("mrp_production_refresh_reserved", {
    steps: () => [
        {
            content: "Open the dialog",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "It names what is reserved",
            trigger: ".modal [name=refusal]:contains(Leg: 99 Units)",
        },
        {
            content: "Both ways out are there",
            trigger: ".modal [name=refusal] button[name=action_unreserve]",
        },
        {
            content: "Keep the reservation",
            trigger: ".modal [name=refusal] button[name=action_restore_reservation]",
            run: "click",
        },
        {
            content: "The option is ticked, and the preview is there",
            trigger: ".modal .o_field_widget[name=restore_reservation] input:checked",
        },
        {
            trigger: ".modal .o_mrp_refresh_preview tr:contains(99 Units):contains(8 Units)",
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
