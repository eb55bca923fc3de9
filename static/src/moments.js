import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const DAY = { weekday: "short", month: "short", day: "numeric" };
const TIME = { hour: "numeric", minute: "2-digit" };

/** The moment so many seconds after 1970, in a time zone by name. */
export function toMoment(seconds, zone) {
    return DateTime.fromSeconds(seconds, { zone });
}

/** `Mon, Jan 7`, with the year when it is another one than the present. */
export function formatDay(moment) {
    const year = moment.year === DateTime.now().year ? {} : { year: "numeric" };
    return moment.toLocaleString({ ...DAY, ...year });
}

export function formatTime(moment) {
    return moment.toLocaleString(TIME);
}

export function formatMoment(moment) {
    const year = moment.year === DateTime.now().year ? {} : { year: "numeric" };
    return moment.toLocaleString({ ...DAY, ...year, ...TIME });
}

/** `start – end`, the date once when both are on one day. */
export function formatSpan(start, end) {
    const last = start.hasSame(end, "day") ? formatTime(end) : formatMoment(end);
    return `${formatMoment(start)} – ${last}`;
}

export function formatMinutes(minutes) {
    const whole = Math.round(minutes);
    const values = { hours: Math.floor(whole / 60), minutes: whole % 60 };
    if (!values.hours) {
        return _t("%(minutes)s min", values);
    }
    if (!values.minutes) {
        return _t("%(hours)s h", values);
    }
    return _t("%(hours)s h %(minutes)s min", values);
}

/** How long after something, in the two largest units that a planner reads. */
export function formatDelay(seconds) {
    const hours = Math.floor(seconds / 3600);
    const days = Math.floor(hours / 24);
    if (!days) {
        return formatMinutes(seconds / 60);
    }
    return hours % 24
        ? _t("%(days)s d %(hours)s h", { days, hours: hours % 24 })
        : _t("%(days)s d", { days });
}
