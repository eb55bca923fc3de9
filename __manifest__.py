{
    "name": "Refresh Production Order",
    "summary": "Recompute manufacturing orders from their bill of materials and "
    "schedule them back from the due date",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "Production Refresh maintainers",
    "license": "LGPL-3",
    "depends": ["mrp"],
    "data": [
        "security/ir.model.access.csv",
        "security/mrp_production_refresh_run_security.xml",
        "data/ir_sequence_data.xml",
        "data/ir_cron_data.xml",
        "data/ir_actions_server_data.xml",
        "data/mrp_production_refresh_scheduled_data.xml",
        "wizards/mrp_production_refresh_templates.xml",
        "wizards/mrp_production_refresh_views.xml",
        "views/mrp_production_views.xml",
        "views/mrp_production_refreshable_views.xml",
        "views/mrp_production_refresh_run_views.xml",
        "views/mrp_production_refresh_run_line_views.xml",
        "views/mrp_production_refresh_scheduled_views.xml",
        "views/res_config_settings_views.xml",
        "views/stock_location_views.xml",
        "views/stock_warehouse_views.xml",
        "views/mrp_production_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "mrp_production_refresh/static/src/bars.scss",
            "mrp_production_refresh/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "mrp_production_refresh/static/tests/**/*.test.js",
        ],
        "web.assets_tests": [
            "mrp_production_refresh/static/tests/tours/**/*",
        ],
    },
}
