import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const PROGRESS = ".o_field_widget[name=progress]";

registry.category("web_tour.tours").add("mrp_production_refresh_run", {
    steps: () => [
        {
            content: "Nothing is done yet",
            trigger: `${PROGRESS}:contains(0 of 2)`,
        },
        {
            content: "The scheduled action works, while nobody touches the page",
            trigger:
                ".o_form_view:has(.o_statusbar_status button[aria-checked=true]:contains(Waiting))",
            async run() {
                document.body.dataset.sameDocument = "yes";
                const method = "method_direct_trigger";
                const domain = [
                    ["code", "=", "model._cron_process_refresh_runs()"],
                ];
                const call = (name, args) =>
                    rpc(`/web/dataset/call_kw/ir.cron/${name}`, {
                        model: "ir.cron",
                        method: name,
                        args,
                        kwargs: {},
                    });
                await call(method, [await call("search", [domain])]);
            },
        },
        {
            content: "The form says so without being loaded again",
            trigger:
                "body[data-same-document=yes] .o_statusbar_status " +
                "button[aria-checked=true]:contains(Done)",
        },
        {
            trigger: `${PROGRESS}:contains(2 of 2)`,
        },
        {
            content: "and so do the lines",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Refreshed)",
        },
    ],
});
