from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    def test_unit_tests_of_the_components(self):
        """Run static/tests/*.test.js: the suite of this add-on alone."""
        suite = 0
        for char in "@mrp_production_refresh":  # the id that hoot gives a suite
            suite = ((suite << 5) - suite + ord(char)) & 0xFFFFFFFF
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite:08x}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
