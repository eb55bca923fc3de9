from . import mrp_production_refresh, mrp_production_refresh_line
