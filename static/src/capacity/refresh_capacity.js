import { Component, onWillRender, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatPercentage } from "@web/views/fields/formatters";
import { moveFocus } from "../arrow_focus";
import { formatDay, formatMinutes } from "../moments";

const { DateTime } = luxon;

/**
 * How full work centers are by day, before and after a refresh: a row a work center, two
 * small bars a day.
 *
 * `rows` are the capacity rows of a refresh report. Orders that were refreshed together
 * have the same row of a day.
 */
export class RefreshCapacity extends Component {
    static template = "mrp_production_refresh.RefreshCapacity";
    static props = {
        rows: Array,
        title: { type: String, optional: true },
    };

    setup() {
        this.state = useState({ active: null });
        onWillRender(() => this.prepare());
    }

    get title() {
        return this.props.title || _t("Capacity");
    }

    prepare() {
        const dates = [...new Set(this.props.rows.map((row) => row.date))].sort();
        this.days = dates.map((date) => this.prepareDay(date));
        this.workcenters = this.getWorkcenters();
        const cells = this.workcenters.flatMap((workcenter) => Object.values(workcenter.cells));
        this.activeCell = cells.find((cell) => cell.id === this.state.active);
        this.tabStop = (this.activeCell || this.workcenters[0]?.first)?.id;
        // the line of "full" stays where it is until a day is overbooked
        this.scale = Math.max(1, ...cells.flatMap((cell) => [cell.before.load, cell.after.load]));
    }

    prepareDay(date) {
        const moment = DateTime.fromISO(date);
        return {
            date,
            label: formatDay(moment),
            weekday: moment.toLocaleString({ weekday: "short" }),
            day: moment.toLocaleString({ month: "numeric", day: "numeric" }),
            isMonday: moment.weekday === 1,
        };
    }

    getWorkcenters() {
        const found = new Map();
        for (const row of this.props.rows) {
            const id = row.workcenter_id;
            if (!found.has(id)) {
                found.set(id, { id, name: row.workcenter_name, rows: new Map() });
            }
            found.get(id).rows.set(row.date, row);
        }
        return [...found.values()].map(({ id, name, rows }) => {
            const cells = {};
            for (const { date, label } of this.days) {
                if (rows.has(date)) {
                    cells[date] = this.prepareCell(id, name, label, rows.get(date), date);
                }
            }
            return { id, name, cells, first: Object.values(cells)[0] };
        });
    }

    prepareCell(id, name, day, row, date) {
        const before = this.prepareLoad(row, "before");
        const after = this.prepareLoad(row, "after");
        const texts = { workcenter: name, day, before: before.text, after: after.text };
        return {
            id: `${id}-${date}`,
            before,
            after,
            texts,
            label: _t(
                "%(workcenter)s, %(day)s: before %(before)s, after refresh %(after)s",
                texts
            ),
        };
    }

    /** What is booked on a day; what is booked twice at one time counts twice. */
    prepareLoad(row, side) {
        const available = row.minutes_available;
        const overlap = row[`overlap_${side}`] || 0;
        const minutes = row[`minutes_${side}`] + overlap;
        const load = available ? minutes / available : Number(minutes > 0);
        const overload = minutes > available || overlap > 0;
        const values = {
            percent: formatPercentage(load, { digits: [false, 0] }),
            minutes: formatMinutes(minutes),
            available: formatMinutes(available),
        };
        const text = overload
            ? _t("%(minutes)s of %(available)s, %(percent)s, overbooked", values)
            : _t("%(minutes)s of %(available)s, %(percent)s", values);
        return { minutes, load, overload, text };
    }

    getHeightStyle({ load }) {
        return `height: ${((100 * load) / this.scale).toFixed(1)}%`;
    }

    onFocus(cell) {
        this.state.active = cell.id;
    }

    onKeydown(ev) {
        moveFocus(ev, ".o_mrp_capacity_cell");
    }
}
