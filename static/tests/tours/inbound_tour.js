import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("mrp_production_refresh_inbound", {
    steps: () => [
        {
            content: "Open the dialog",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "Ask for the put-away",
            trigger: ".modal .o_field_widget[name=create_inbound_request] input",
            run: "click",
        },
        {
            content: "The dialog says what will be brought",
            trigger:
                ".modal .o_mrp_refresh_preview .alert-info:contains(8 Units Leg):contains(Parts)",
        },
        {
            content: "and why nothing is put away afterwards",
            trigger: ".modal .o_mrp_refresh_preview .alert-warning:contains(Outlet)",
        },
        {
            content: "Refresh",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(refreshed)",
        },
        {
            content: "The transfer is among those of the order",
            trigger: "body:not(:has(.modal)) button[name=action_view_mo_delivery]",
            run: "click",
        },
        {
            content: "It carries what is missing",
            trigger: ".o_field_widget[name=move_ids] .o_data_row:contains(Leg):contains(8.00)",
        },
        {
            content: "A worker validates it",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button[aria-checked=true]:contains(Done)",
        },
        {
            content: "Back to the order",
            trigger: "button[name=action_view_mrp_production]",
            run: "click",
        },
        {
            content: "Its components are reserved",
            trigger:
                ".o_form_view .o_field_widget[name=components_availability]:contains(Available)",
        },
    ],
});
