from . import (
    mrp_production_action,
    mrp_production_refresh_format,
    res_company,
    res_config_settings,
)
