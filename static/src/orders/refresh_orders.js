import { Component, markup, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { RefreshCapacity } from "../capacity/refresh_capacity";
import { RefreshTimeline } from "../timeline/refresh_timeline";

/**
 * Several orders in the Refresh dialog: a row each that can be unticked, or opened to see
 * what a refresh would do to it.
 *
 * The field's value is what `_prepare_order_rows` of the dialog returns. Which orders are
 * left out goes to the field `left_out_ids`.
 */
export class RefreshOrders extends Component {
    static template = "mrp_production_refresh.RefreshOrders";
    static components = { RefreshCapacity, RefreshTimeline };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rootRef = useRef("root");
        this.state = useState({ open: {} });
        onWillUpdateProps((nextProps) => {
            if (nextProps.record.data[nextProps.name] !== this.loaded) {
                this.reload(nextProps);
            }
        });
        this.loaded = this.data;
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    get leftOut() {
        return this.props.record.data.left_out_ids || [];
    }

    get tickedIds() {
        return this.getTickedIds(this.data);
    }

    getTickedIds(data) {
        return data.rows.filter((row) => row.status).map((row) => row.id);
    }

    get isEverythingTicked() {
        return !this.leftOut.length;
    }

    isTicked(row) {
        return !this.leftOut.includes(row.id);
    }

    getTickLabel(row) {
        return _t("Refresh %s", row.name);
    }

    getOpenLabel(row) {
        return _t("Preview of %s", row.name);
    }

    /** Which of the like-named buttons this is; with the text that is seen in it. */
    getWayOutLabel(row, way) {
        return `${way.label}, ${row.name}`;
    }

    /** @param {number[]} ids the orders to leave as they are */
    leaveOut(ids) {
        return this.props.record.update({ left_out_ids: ids });
    }

    tick(row, ticked) {
        const others = this.leftOut.filter((id) => id !== row.id);
        this.leaveOut(ticked ? others : [...others, row.id]);
    }

    tickAll(ticked) {
        this.leaveOut(ticked ? [] : this.data.rows.map((row) => row.id));
    }

    async leaveOutStatus(status) {
        const ids = this.data.rows.filter((row) => row.status === status).map((row) => row.id);
        await this.leaveOut([...this.leftOut, ...ids]);
        this.focusTick("thead");
    }

    /** Press a button of a refused order: an option, or what the server does about it. */
    async takeWayOut(row, { method, values }) {
        const params = [row.id, method];
        const action =
            method && (await this.orm.call("mrp.production.refresh", "take_way_out", params));
        if (action) {
            await this.action.doAction(action);
            return;
        }
        await this.props.record.update(values || { left_out_ids: [...this.leftOut] });
        this.focusTick(`[data-order-id="${row.id}"]`);
    }

    /** Where to go on from a button that is no longer there. */
    focusTick(where) {
        this.rootRef.el?.querySelector(`${where} input`)?.focus();
    }

    async toggle(row) {
        if (row.id in this.state.open) {
            delete this.state.open[row.id];
            return;
        }
        this.state.open[row.id] = null;
        await this.load(row.id, this.data);
    }

    async load(id, data) {
        const found = await this.orm.call("mrp.production.refresh", "get_order_preview", [
            id,
            this.getTickedIds(data),
            data.options,
        ]);
        if (id in this.state.open) {
            this.state.open[id] = { ...found, preview: markup(found.preview || "") };
        }
    }

    /** Options have changed: look again at what is open. */
    reload(props) {
        const data = props.record.data[props.name];
        this.loaded = data;
        const ticked = data ? this.getTickedIds(data) : [];
        for (const id of Object.keys(this.state.open).map(Number)) {
            if (ticked.includes(id)) {
                this.load(id, data);
            } else {
                delete this.state.open[id];
            }
        }
    }
}

export const refreshOrders = {
    component: RefreshOrders,
    displayName: _t("Orders of a Refresh"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "left_out_ids", type: "json" }],
};

registry.category("fields").add("mrp_refresh_orders", refreshOrders);
