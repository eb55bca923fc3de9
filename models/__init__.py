# the pipeline first: the files of its steps inherit it
from . import mrp_production_refresh_pipeline
from . import (
    mrp_bom,
    mrp_production,
    mrp_production_action,
    mrp_production_refresh_apply,
    mrp_production_refresh_baseline,
    mrp_production_refresh_handwork,
    mrp_production_refresh_format,
    mrp_production_refresh_guards,
    mrp_production_refresh_moves,
    mrp_production_refresh_plan,
    mrp_production_refresh_replan,
    mrp_production_refresh_report,
    mrp_production_refresh_schedule,
    mrp_production_refresh_supply,
    mrp_production_refresh_timeline,
    mrp_workcenter,
    mrp_workorder,
    res_company,
    res_config_settings,
    stock_move,
)
