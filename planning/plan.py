"""What a refresh is going to do with one order, step by step filled in."""

from dataclasses import dataclass, field

from .diff import Line
from .options import Options


@dataclass(slots=True)
class OperationPlan:
    """One work order as it will be.

    ``candidates`` are ``(work center id, minutes)``, the own work center first.
    ``predecessors`` are positions in the plan's list of operations. ``workorder`` is
    the present record, carried along unseen, None for a new one.
    """

    line: Line
    present: Line | None
    candidates: tuple = ()
    predecessors: tuple = ()
    slot: object = None
    workorder: object = None


@dataclass(slots=True, eq=False)
class OrderPlan:
    """The way of one order through the pipeline.

    ``status`` is empty until the order is done with: ``refused`` (``code`` says by
    which guard), ``failed`` (``message`` is Odoo's text), ``refreshed`` or
    ``unchanged``. ``order`` and ``bom`` are records, carried along unseen. ``memory``
    is one for all orders of a call: what the master data say of orders that are alike,
    which those of equal ``likeness`` are (none without one). ``baseline`` is what they
    said when the order was last filled.
    ``component_vals`` and ``finished_vals`` are there when a line is new.
    """

    order_id: int
    name: str
    options: Options
    status: str = ""
    code: str = ""
    message: str = ""
    order: object = None
    bom: object = None
    baseline: dict = field(default_factory=dict)
    header: dict = field(default_factory=dict)
    components: list = field(default_factory=list)
    likeness: tuple = ()
    memory: dict = field(default_factory=dict)
    component_vals: list = field(default_factory=list)
    wanted_components: list = field(default_factory=list)
    finished: list = field(default_factory=list)
    finished_vals: list = field(default_factory=list)
    wanted_finished: list = field(default_factory=list)
    operations: list = field(default_factory=list)
    removed_operations: list = field(default_factory=list)
    operation_changes: list = field(default_factory=list)
    schedule: object = None
    dates: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    blocked: dict = field(default_factory=dict)
    surplus: list = field(default_factory=list)
    late: bool = False
    warnings: list = field(default_factory=list)
    capacity: list = field(default_factory=list)
    inbound_picking_ids: list = field(default_factory=list)
    inbound_changed: bool = False
    inbound_notes: list = field(default_factory=list)

    @property
    def open(self):
        """True while no step has refused the order and none has failed."""
        return not self.status

    @property
    def changes(self):
        """Every change of a line, in the order that a planner reads an order."""
        return [*self.finished, *self.components, *self.operation_changes]

    @property
    def writes(self):
        """True when applying the plan would write anything."""
        return bool(
            self.header
            or self.changes
            or self.dates
            or self.links
            or self.blocked
            or self.surplus
        )

    def renew(self):
        """Return the plan as it was before the first step."""
        return OrderPlan(self.order_id, self.name, self.options, order=self.order)

    def refuse(self, code, message):
        self.status, self.code, self.message = "refused", code, message

    def fail(self, message):
        self.status, self.message = "failed", message
