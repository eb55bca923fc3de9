import os
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase

from .common_wizard import WizardCase

DARK = "mrp_production_refresh/static/tests/dark/primary_variables.dark.scss"
HELPERS = """
const until = async (find, what) => {
    for (let i = 0; i < 600; i++) {
        const found = find();
        if (found) {
            return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`did not come: ${what}`);
};
const see = (selector) => until(() => document.querySelector(selector), selector);
const press = async (selector) => (await see(selector)).click();
const rest = () => new Promise((resolve) => setTimeout(resolve, 500));
"""


class BrowserCase(WizardCase, HttpCase):
    """Runs JavaScript of a test's own in the web client, in light and in dark."""

    def run_script(self, url, script, login=None, **options):
        """Run `script`, which may await, with the helpers above."""
        code = f"""(async () => {{ {HELPERS} {script} }})().then(
            () => console.log("test successful"),
            (error) => console.error(error.message));"""
        login = login or self.planner.login
        ready = "odoo.isReady === true"
        self.browser_js(url, code, ready, login=login, timeout=180, **options)

    def go_dark(self):
        """Have the web client dark from now on: Odoo's community edition has the
        bundle for it, but neither a switch nor colours.
        """
        self.env["ir.asset"].create(
            {
                "name": "Dark colours",
                "bundle": "web.assets_web_dark",
                "directive": "before",
                "target": "web/static/src/scss/primary_variables.scss",
                "path": DARK,
            }
        )
        patcher = patch.object(
            self.env.registry["ir.http"], "color_scheme", lambda _self: "dark"
        )
        patcher.start()
        self.addCleanup(patcher.stop)

    def load_axe(self):
        """Return a script that makes axe-core known to the page."""
        path = os.environ.get("AXE_CORE") or ""
        if not Path(path).is_file():
            self.fail("The variable AXE_CORE must name axe.min.js; make test sets it")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "axe.min.js",
                "raw": Path(path).read_bytes(),
                "mimetype": "application/javascript",
                "public": True,
            }
        )
        return f"""
            await new Promise((resolve, reject) => {{
                const script = document.createElement("script");
                script.src = "/web/content/{attachment.id}";
                script.onload = resolve;
                script.onerror = reject;
                document.head.append(script);
            }});
        """
