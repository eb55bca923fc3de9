import {
    Component,
    onMounted,
    onWillRender,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { moveFocus } from "../arrow_focus";
import { formatDay, formatDelay, formatMoment, formatSpan, toMoment } from "../moments";
import { getTicks } from "./ticks";

const LETTER_WIDTH = 7; // pixels, on average, in the label of a tick
const NAME_WIDTH = 40; // pixels that a bar needs to show its name
const ZOOM_STEP = 2;
const ZOOM_LIMIT = 128;

/**
 * The operations of an order before and after a refresh as bars, a lane a work center.
 *
 * `data` is what `_prepare_timeline` of `mrp.production.refresh.format` returns. Extend
 * it by inheriting the class or the template, or through the slot `legend`.
 */
export class RefreshTimeline extends Component {
    static template = "mrp_production_refresh.RefreshTimeline";
    static props = {
        data: Object,
        title: { type: String, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.scrollRef = useRef("scroll");
        this.state = useState({ zoom: 1, width: 800, active: null });
        this.anchor = null;
        onWillRender(() => this.prepare());
        onMounted(() => this.measure());
        useExternalListener(window, "resize", () => this.measure());
        useEffect(
            () => this.scrollToAnchor(),
            () => [this.state.zoom]
        );
    }

    // --- what is shown

    get title() {
        return this.props.title || _t("Time Line");
    }

    get length() {
        return this.props.data.end - this.props.data.start;
    }

    /** Work out once a rendering what the template asks for many times. */
    prepare() {
        this.lanes = this.getLanes();
        this.ticks = this.getTicks();
        this.marks = this.getMarks();
        const bars = this.lanes.flatMap((lane) => lane.bars);
        const active = bars.find((bar) => bar.id === this.state.active);
        this.tabStop = (active || bars[0])?.id;
        this.activeOperation = active?.operation;
    }

    /** The lanes with the bars in them, in the order of the data. */
    getLanes() {
        const { workcenters, hours, operations } = this.props.data;
        const bars = operations.flatMap((operation) => this.getBars(operation));
        return workcenters.map((workcenter) => ({
            ...workcenter,
            hours: hours[workcenter.hours],
            bars: bars
                .filter((bar) => bar.slot.workcenter_id === workcenter.id)
                .sort((a, b) => a.slot.start - b.slot.start),
        }));
    }

    /** One bar when nothing moves, else one for each of before and after. */
    getBars(operation) {
        const { before, after } = operation;
        if (this.isSame(before, after)) {
            return [this.prepareBar(operation, "same", after)];
        }
        return [
            ...(before ? [this.prepareBar(operation, "before", before)] : []),
            ...(after ? [this.prepareBar(operation, "after", after)] : []),
        ];
    }

    prepareBar(operation, side, slot) {
        return {
            id: `${operation.key}-${side}`,
            operation,
            side,
            slot,
            late: operation.late && side !== "before",
            label: this.getBarLabel(operation, side, slot),
        };
    }

    getBarClass(bar) {
        const classes = [`o_${bar.side}`];
        if (bar.late) {
            classes.push("o_late");
        }
        if (bar.id === this.state.active) {
            classes.push("o_active");
        }
        if (bar.operation === this.activeOperation) {
            classes.push("o_partner"); // the other end of its way too
        }
        return classes.join(" ");
    }

    isSame(before, after) {
        return (
            before &&
            after &&
            ["workcenter_id", "start", "end"].every((name) => before[name] === after[name])
        );
    }

    getTicks() {
        const { start, end, zone } = this.props.data;
        // the widest label that may come: languages differ much
        const letters = formatDay(toMoment(start, zone)).length + 1;
        const width = this.state.width * this.state.zoom;
        const ticks = getTicks(start, end, zone, width / (letters * LETTER_WIDTH));
        // no label rather than half of one at the end
        return ticks.map((tick) => {
            const room = ((end - tick.seconds) / this.length) * width;
            return room < tick.label.length * LETTER_WIDTH ? { ...tick, label: "" } : tick;
        });
    }

    /** The lines of now and of the due date, those that are in the window. */
    getMarks() {
        const { start, end, now, due } = this.props.data;
        return [
            { key: "now", label: _t("Now"), seconds: now },
            { key: "due", label: _t("Due"), seconds: due },
        ].filter((mark) => mark.seconds && mark.seconds >= start && mark.seconds <= end);
    }

    // --- where it is shown

    getPlace(seconds) {
        return (100 * (seconds - this.props.data.start)) / this.length;
    }

    getSpanStyle([start, end]) {
        const from = this.getPlace(start).toFixed(3);
        const size = ((100 * (end - start)) / this.length).toFixed(3);
        return `inset-inline-start: ${from}%; inline-size: ${size}%`;
    }

    isWide({ slot }) {
        const share = (slot.end - slot.start) / this.length;
        return share * this.state.width * this.state.zoom >= NAME_WIDTH;
    }

    getMarkStyle(mark) {
        return `inset-inline-start: ${this.getPlace(mark.seconds).toFixed(3)}%`;
    }

    /** A mark's label stands on the side of its line that has more room. */
    getMarkLabelStyle(mark) {
        const place = this.getPlace(mark.seconds);
        return place < 50
            ? `inset-inline-start: ${place.toFixed(3)}%`
            : `inset-inline-end: ${(100 - place).toFixed(3)}%`;
    }

    // --- words

    formatMoment(seconds) {
        return formatMoment(toMoment(seconds, this.props.data.zone));
    }

    formatSlot(slot) {
        if (!slot) {
            return "–";
        }
        const { zone } = this.props.data;
        return formatSpan(toMoment(slot.start, zone), toMoment(slot.end, zone));
    }

    getWorkcenterName(slot) {
        return this.props.data.workcenters.find(({ id }) => id === slot?.workcenter_id)?.name || "";
    }

    getSlotText(slot) {
        return slot ? `${this.getWorkcenterName(slot)}, ${this.formatSlot(slot)}` : "–";
    }

    getLateness(operation) {
        const { due } = this.props.data;
        return operation.late
            ? _t("late by %s", formatDelay(operation.after.end - due))
            : "";
    }

    getBarLabel(operation, side, slot) {
        const label = {
            before: _t("%(operation)s, before: %(slot)s", {
                operation: operation.name,
                slot: this.getSlotText(slot),
            }),
            after: _t("%(operation)s, after refresh: %(slot)s", {
                operation: operation.name,
                slot: this.getSlotText(slot),
            }),
            same: _t("%(operation)s, stays: %(slot)s", {
                operation: operation.name,
                slot: this.getSlotText(slot),
            }),
        }[side];
        const lateness = side === "before" ? "" : this.getLateness(operation);
        return lateness ? `${label}, ${lateness}` : label;
    }

    // --- zoom, scroll and focus

    get zoomLimit() {
        return Math.min(ZOOM_LIMIT, Math.max(4, this.length / 3600));
    }

    measure() {
        const element = this.scrollRef.el;
        const label = element?.querySelector(".o_mrp_timeline_label");
        if (label) {
            this.state.width = Math.max(element.clientWidth - label.offsetWidth, 200);
        }
    }

    zoom(factor) {
        const zoom = Math.min(Math.max(this.state.zoom * factor, 1), this.zoomLimit);
        const element = this.scrollRef.el;
        const active = element.querySelector(".o_mrp_timeline_bar.o_active");
        const middle = Math.abs(element.scrollLeft) + this.state.width / 2;
        this.anchor = active
            ? this.getPlace(Number(active.dataset.middle)) / 100
            : middle / (this.state.width * this.state.zoom);
        this.state.zoom = zoom;
    }

    fit() {
        this.state.zoom = 1;
    }

    scrollToAnchor() {
        const element = this.scrollRef.el;
        if (this.anchor === null || !element) {
            return;
        }
        const sign = getComputedStyle(element).direction === "rtl" ? -1 : 1;
        const { width, zoom } = this.state;
        element.scrollLeft = sign * (this.anchor * width * zoom - width / 2);
        this.anchor = null;
    }

    onFocus(bar) {
        this.state.active = bar.id;
    }

    onKeydown(ev) {
        if (moveFocus(ev, ".o_mrp_timeline_bar") || ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        const action = {
            "+": () => this.zoom(ZOOM_STEP),
            "-": () => this.zoom(1 / ZOOM_STEP),
            0: () => this.fit(),
        }[ev.key];
        if (action) {
            ev.preventDefault();
            action();
        }
    }
}
