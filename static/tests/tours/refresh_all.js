/** Steps from a list of orders to the dialog for all of them. */
export const REFRESH_ALL = [
    {
        content: "Select all orders",
        trigger: "thead .o_list_record_selector input",
        run: "click",
    },
    {
        trigger: ".o_control_panel button[name=action_refresh]",
        run: "click",
    },
];
