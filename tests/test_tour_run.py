from odoo.tests import HttpCase, tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestTourRun(RunCase, HttpCase):
    def test_progress_of_a_run_is_seen_without_a_reload(self):
        admin = self.env.ref("base.user_admin")
        run = self.start(self.make_stale_orders(2), user=admin)
        self.start_tour(
            f"/odoo/refresh-runs/{run.id}", "mrp_production_refresh_run", login="admin"
        )
        self.assertRecordValues(run, [{"state": "done", "count_refreshed": 2}])
