from . import (
    mrp_production_action,
    mrp_production_refresh_format,
    mrp_workcenter,
    res_company,
    res_config_settings,
)
