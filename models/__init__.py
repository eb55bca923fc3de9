# the pipeline first: the files of its steps inherit it
from . import mrp_production_refresh_pipeline
from . import (
    mrp_bom,
    mrp_production,
    mrp_production_action,
    mrp_production_inbound,
    mrp_production_refresh_apply,
    mrp_production_refresh_baseline,
    mrp_production_refresh_format,
    mrp_production_refresh_guards,
    mrp_production_refresh_handwork,
    mrp_production_refresh_moves,
    mrp_production_refresh_options,
    mrp_production_refresh_plan,
    mrp_production_refresh_purchase,
    mrp_production_refresh_replan,
    mrp_production_refresh_report,
    mrp_production_refresh_run,
    mrp_production_refresh_run_line,
    mrp_production_refresh_run_process,
    mrp_production_refresh_schedule,
    mrp_production_refresh_scheduled,
    mrp_production_refresh_supply,
    mrp_production_refresh_surplus,
    mrp_unbuild,
    mrp_workcenter,
    mrp_workorder,
    res_company,
    res_config_settings,
    stock_location,
    stock_move,
    stock_move_line,
    stock_picking,
    stock_quant,
    stock_warehouse,
)

# the inbound requests last: they go on from what other steps do
from . import (
    mrp_production_refresh_inbound,
    mrp_production_refresh_inbound_need,
    mrp_production_refresh_inbound_sync,
)
