import { registry } from "@web/core/registry";

/** What is wider than the window, of the dialog's own content. */
function getTooWide() {
    const content = document.querySelector(".modal .o_form_view");
    return content.scrollWidth > window.innerWidth;
}

registry.category("web_tour.tours").add("mrp_production_refresh_phone", {
    steps: () => [
        {
            content: "On a phone the buttons are in a menu",
            trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button[name=action_refresh]",
            run: "click",
        },
        {
            content: "The dialog fits",
            trigger: ".modal .o_mrp_refresh_preview tr:contains(99 Units)",
            run() {
                if (getTooWide()) {
                    throw new Error("The dialog is wider than the phone");
                }
                const cells = [...this.anchor.closest("table").querySelectorAll("td")];
                if (cells.some((cell) => cell.getBoundingClientRect().right > window.innerWidth)) {
                    throw new Error("What comes after a refresh is out of sight");
                }
            },
        },
        {
            trigger: ".modal .o_notebook a[name=timeline]",
            run: "click",
        },
        {
            trigger: ".modal .o_mrp_timeline_bar[aria-label*=Assemble]",
            run() {
                if (getTooWide()) {
                    throw new Error("The time line is wider than the phone");
                }
            },
        },
        {
            trigger: ".modal button[name=action_apply]",
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
