from . import mrp_workcenter
