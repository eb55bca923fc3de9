import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const UNDER_WAY = ["queued", "running"];
const COUNTS = [
    "count_refreshed",
    "count_unchanged",
    "count_refused",
    "count_failed",
    "count_cancelled",
];
const POLL_MILLISECONDS = 2000;

/**
 * The progress of a run, asked for again and again while it is under way. Only the
 * counts are: a run may have many thousands of lines. The form follows in the end.
 */
export class RefreshRunProgress extends Component {
    static template = "mrp_production_refresh.RefreshRunProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.live = useState({ resId: false, values: {} });
        useEffect(
            () => {
                this.schedule();
                return () => browser.clearTimeout(this.timer);
            },
            () => [this.record.resId, this.record.data.state]
        );
        onWillUnmount(() => {
            this.gone = true;
        });
    }

    get record() {
        return this.props.record;
    }

    /** What is known by now: of the last poll, else of the form. */
    get values() {
        const { resId, values } = this.live;
        const isLive = this.isUnderWay && resId === this.record.resId;
        return isLive ? values : this.record.data;
    }

    get isUnderWay() {
        return UNDER_WAY.includes(this.record.data.state);
    }

    get percent() {
        return Math.floor(this.values.progress || 0);
    }

    get text() {
        const total = this.values.count_total;
        const done = total - this.values.count_pending;
        return _t("%(done)s of %(total)s", { done, total });
    }

    get counts() {
        return COUNTS.filter((name) => this.values[name]).map((name) => ({
            name,
            text: _t("%(label)s: %(count)s", {
                label: this.record.fields[name].string,
                count: this.values[name],
            }),
        }));
    }

    schedule() {
        if (this.isUnderWay && !this.gone) {
            this.timer = browser.setTimeout(() => this.poll(), POLL_MILLISECONDS);
        }
    }

    async poll() {
        const { resId, resModel } = this.record;
        const names = [...COUNTS, "count_pending", "count_total", "progress", "state"];
        let values = null;
        try {
            [values] = await this.orm.silent.read(resModel, [resId], names);
        } catch {
            // the server may be restarting: ask again
        }
        if (this.gone || resId !== this.record.resId) {
            return;
        }
        if (values && values.state !== this.record.data.state) {
            await this.record.load();
        }
        if (values) {
            Object.assign(this.live, { resId, values });
        }
        browser.clearTimeout(this.timer);
        this.schedule();
    }
}

export const refreshRunProgress = {
    component: RefreshRunProgress,
    displayName: _t("Progress of a Refresh Run"),
    supportedTypes: ["float"],
    fieldDependencies: [...COUNTS, "count_pending", "count_total"]
        .map((name) => ({ name, type: "integer", readonly: true }))
        .concat([{ name: "state", type: "selection", readonly: true }]),
};

registry.category("fields").add("mrp_refresh_run_progress", refreshRunProgress);
