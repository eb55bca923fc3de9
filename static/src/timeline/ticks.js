import { formatDay, formatTime, toMoment } from "../moments";

// What may lie between two ticks, with how long that is at least.
const HOUR = 3600;
const STEPS = [
    { minutes: 15, length: HOUR / 4 },
    { minutes: 30, length: HOUR / 2 },
    { hours: 1, length: HOUR },
    { hours: 2, length: 2 * HOUR },
    { hours: 4, length: 4 * HOUR },
    { hours: 12, length: 12 * HOUR },
    { days: 1, length: 24 * HOUR },
    { days: 2, length: 48 * HOUR },
    { weeks: 1, length: 168 * HOUR },
    { weeks: 2, length: 336 * HOUR },
    { months: 1, length: 672 * HOUR },
    { months: 3, length: 2016 * HOUR },
];

function firstTick(moment, step) {
    if (step.months) {
        return moment.startOf("year");
    }
    return moment.startOf(step.weeks ? "week" : "day");
}

/**
 * Ticks of the axis from `start` to `end` (seconds since 1970), not more than `count`.
 *
 * @returns {{seconds: number, label: string, isDay: boolean}[]}
 */
export function getTicks(start, end, zone, count) {
    const wanted = (end - start) / Math.max(count, 1);
    const { length, ...step } = STEPS.find((item) => item.length >= wanted) || STEPS.at(-1);
    const ticks = [];
    let moment = firstTick(toMoment(start, zone), step);
    while (moment.toSeconds() <= end) {
        if (moment.toSeconds() >= start) {
            const isDay = moment.hour === 0 && moment.minute === 0;
            const label = isDay ? formatDay(moment) : formatTime(moment);
            ticks.push({ seconds: moment.toSeconds(), label, isDay });
        }
        let next = moment.plus(step);
        if (length < 24 * HOUR && !next.hasSame(moment, "day")) {
            next = next.startOf("day"); // days of 23 or 25 hours begin at midnight too
        }
        moment = next;
    }
    return ticks;
}
