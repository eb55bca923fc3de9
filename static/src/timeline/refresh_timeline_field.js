import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { RefreshTimeline } from "./refresh_timeline";

/** Shows a Json field that holds what `_prepare_timeline` returns. */
export class RefreshTimelineField extends Component {
    static template = "mrp_production_refresh.RefreshTimelineField";
    static components = { RefreshTimeline };
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data[this.props.name];
    }
}

export const refreshTimelineField = {
    component: RefreshTimelineField,
    displayName: _t("Time Line of a Refresh"),
    supportedTypes: ["json"],
};

registry.category("fields").add("mrp_refresh_timeline", refreshTimelineField);
