import { registry } from "@web/core/registry";
import { REFRESH_ALL } from "./refresh_all";

const row = (name) => `.modal .o_mrp_refresh_orders tr[data-order-id]:contains(${name})`;

registry.category("web_tour.tours").add("mrp_production_refresh_ways_out", {
    steps: () => [
        ...REFRESH_ALL,
        {
            content: "Free the components of one order",
            trigger: `${row("Chair")}:contains(Refused) button[data-method=action_unreserve]`,
            run: "click",
        },
        {
            content: "That one can be refreshed; the focus stays in its row",
            trigger: `${row("Chair")}:contains(Will change) input:focus`,
        },
        {
            content: "The other one still cannot",
            trigger: `${row("Shelf")}:contains(Refused)`,
        },
        {
            content: "Restore the reservation of the other one",
            trigger: `${row("Shelf")} .o_mrp_refresh_ways_out button:contains(Restore)`,
            run: "click",
        },
        {
            trigger: `${row("Shelf")}:contains(Will change) input:focus`,
        },
        {
            content: "Which is an option of the dialog",
            trigger: ".modal [name=restore_reservation] input:checked",
        },
        {
            content: "What needs another form opens it",
            trigger: `${row("Table")} button[data-method=action_open_order]`,
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view button[name=action_refresh]",
        },
    ],
});
