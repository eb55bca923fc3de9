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
 * `rows` are the capacity rows of a refresh report. Rows of several orders may be given:
 * what they add to or take from a day is added up.
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
            const { rows } = found.get(id);
            rows.set(row.date, [...(rows.get(row.date) || []), row]);
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

    prepareCell(id, name, day, rows, date) {
        const available = rows[0].minutes_available;
        const before = this.prepareLoad(rows, "before", available);
        const after = this.prepareLoad(rows, "after", available);
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
    prepareLoad(rows, side, available) {
        const booked = (row) => row[`minutes_${side}`] + (row[`overlap_${side}`] || 0);
        // each order's row has what the others book, as it was before all of them
        const base = booked(rows[0]);
        const minutes =
            side === "before" || rows.length === 1
                ? base
                : rows.reduce((sum, row) => sum + row.minutes_after - row.minutes_before, 0) +
                  rows[0].minutes_before;
        const load = available ? minutes / available : Number(minutes > 0);
        const overload =
            minutes > available || rows.some((row) => (row[`overlap_${side}`] || 0) > 0);
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
