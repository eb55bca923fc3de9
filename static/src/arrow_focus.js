/**
 * Move the focus with the arrow keys, Home and End among elements in rows; which row an
 * element is in says its `data-row`. Left and right follow the order of the elements, up
 * and down go to the nearest one of the next row that has any.
 *
 * @returns {boolean} whether the key was one of these
 */
export function moveFocus(ev, selector) {
    const all = [...ev.currentTarget.querySelectorAll(selector)];
    const current = ev.target.closest(selector);
    const index = all.indexOf(current);
    if (index < 0) {
        return false;
    }
    const rtl = getComputedStyle(ev.currentTarget).direction === "rtl";
    const targets = {
        [rtl ? "ArrowRight" : "ArrowLeft"]: () => all[index - 1],
        [rtl ? "ArrowLeft" : "ArrowRight"]: () => all[index + 1],
        ArrowUp: () => nearest(current, inNextRow(current, all.slice(0, index).reverse())),
        ArrowDown: () => nearest(current, inNextRow(current, all.slice(index + 1))),
        Home: () => all[0],
        End: () => all.at(-1),
    };
    if (!(ev.key in targets) || ev.ctrlKey || ev.altKey || ev.metaKey) {
        return false;
    }
    ev.preventDefault();
    ev.stopPropagation();
    targets[ev.key]()?.focus();
    return true;
}

function inNextRow(current, others) {
    const found = others.find((element) => element.dataset.row !== current.dataset.row);
    return found ? others.filter((element) => element.dataset.row === found.dataset.row) : [];
}

function nearest(current, candidates) {
    const middle = (element) => {
        const box = element.getBoundingClientRect();
        return box.x + box.width / 2;
    };
    const distance = (element) => Math.abs(middle(element) - middle(current));
    return candidates.reduce(
        (best, element) => (best && distance(best) <= distance(element) ? best : element),
        undefined
    );
}
