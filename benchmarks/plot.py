"""The table of a benchmark as a picture: bars on a logarithmic scale."""

import math
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, TOP = 760, 250, 70, 44, 64
LARGEST = 1000  # times faster, at the right edge


def draw(result):
    """Return an SVG of ``result["table"]``, see run.py."""
    table = result["table"]
    height = TOP + ROW * len(table) + 28
    shapes = [
        _text(16, 26, "Times faster than Odoo's own buttons, same orders", "title"),
        _text(
            16,
            46,
            f"{result['orders']} orders, median of {result['rounds']}, "
            f"{result['machine']}, {result['when']}",
        ),
    ]
    for power in range(4):
        place = _place(10**power)
        shapes.append(
            f'<path d="M{place:.1f} {TOP}V{height - 24}" class="grid"/>'
            + _text(place, height - 8, f"{10**power}x", anchor="middle")
        )
    for number, row in enumerate(table):
        shapes += _draw_row(row, TOP + ROW * number + 8)
    style = (
        "text{font:13px sans-serif;fill:#444}.title{font-size:15px;font-weight:bold}"
        ".grid{stroke:#ddd}.good{fill:#714b67}.bad{fill:#c0392b}"
        ".least{stroke:#222;stroke-width:2}.aim{stroke:#222;stroke-dasharray:3 3}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">'
        f"<title>Times faster than Odoo's own buttons</title><style>{style}</style>"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        + "".join(shapes)
        + "</svg>\n"
    )


def _draw_row(row, top):
    end = _place(row["faster"])
    look = "good" if row["faster"] >= row["at_least"] else "bad"
    yield _text(LEFT - 10, top + 13, row["work"], anchor="end")
    yield _text(LEFT - 10, top + 28, f"by {row['against']}", anchor="end", size=10)
    yield (
        f'<rect x="{LEFT}" y="{top}" width="{max(end - LEFT, 1):.1f}" height="26" '
        f'class="{look}"/>'
    )
    for name in ("at_least", "aim"):
        place = _place(row[name])
        kind = "least" if name == "at_least" else "aim"
        yield f'<path d="M{place:.1f} {top - 3}v32" class="{kind}"/>'
    yield _text(max(end, _place(row["aim"])) + 6, top + 18, f"{row['faster']:.1f}x")


def _place(times):
    share = math.log10(min(max(times, 1), LARGEST)) / math.log10(LARGEST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _text(x, y, text, look="", anchor="start", size=None):
    style = f' style="font-size:{size}px"' if size else ""
    return (
        f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" class="{look}"{style}>'
        f"{escape(text)}</text>"
    )
