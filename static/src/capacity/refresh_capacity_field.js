import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { RefreshCapacity } from "./refresh_capacity";

/** Shows a Json field that holds the capacity rows of a report. */
export class RefreshCapacityField extends Component {
    static template = "mrp_production_refresh.RefreshCapacityField";
    static components = { RefreshCapacity };
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name];
    }
}

export const refreshCapacityField = {
    component: RefreshCapacityField,
    displayName: _t("Capacity of a Refresh"),
    supportedTypes: ["json"],
};

registry.category("fields").add("mrp_refresh_capacity", refreshCapacityField);
