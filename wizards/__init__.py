from . import mrp_production_refresh
from . import (
    change_production_qty,
    mrp_production_refresh_line,
    mrp_production_refresh_preview,
    mrp_production_refresh_ways_out,
)
