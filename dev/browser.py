"""A headless Chromium driven over its DevTools protocol: just what pictures need."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser:
    """Use it in a `with` statement; it closes its Chromium whatever happens."""

    def __init__(self, width=1400, height=1000):
        binary = next((path for path in map(shutil.which, NAMES) if path), None)
        if not binary:
            raise SystemExit("No Chromium found: install the package `chromium`.")
        self._profile = tempfile.mkdtemp(prefix="screenshots-")
        self._process = subprocess.Popen(
            [
                binary,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self._profile}",
                f"--window-size={width},{height}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._count = 0
        self._socket = websocket.create_connection(self._find_page(), timeout=60)
        self.errors = []
        self.send("Page.enable")
        self.send("Runtime.enable")
        self.set_size(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _find_page(self):
        port_file = Path(self._profile, "DevToolsActivePort")
        for _attempt in range(150):
            if port_file.exists() and port_file.read_text().strip():
                port = port_file.read_text().split()[0]
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as reply:
                    pages = [
                        page for page in json.load(reply) if page["type"] == "page"
                    ]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            time.sleep(0.1)
        raise SystemExit("Chromium did not start within 15 seconds.")

    def send(self, method, **params):
        """Send a command, return its result, keep the page's errors met on the way."""
        self._count += 1
        self._socket.send(
            json.dumps({"id": self._count, "method": method, "params": params})
        )
        while True:
            message = json.loads(self._socket.recv())
            if message.get("method") == "Runtime.exceptionThrown":
                self.errors.append(message["params"]["exceptionDetails"])
            if message.get("id") == self._count:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def run(self, script):
        """Return the value of a JavaScript expression (a promise is awaited)."""
        result = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def set_size(self, width, height, mobile=False, scale=1):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=mobile,
        )

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def wait(self, condition, seconds=40):
        """Wait until a JavaScript condition holds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.run(f"Boolean({condition})"):
                    time.sleep(0.3)  # let what appeared settle
                    return
            except RuntimeError:
                pass  # the page is being replaced
            time.sleep(0.1)
        raise TimeoutError(f"{condition} did not come true in {seconds} s")

    def wait_for(self, selector, seconds=40):
        self.wait(f"document.querySelector({json.dumps(selector)})", seconds)

    def click(self, selector):
        self.wait_for(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def log_in(self, url, login, password, database=None):
        query = f"?db={database}" if database else ""
        self.open(f"{url}/web/login{query}")
        self.wait_for("input[name=login]")
        self.run(
            f"document.querySelector('input[name=login]').value={json.dumps(login)};"
            f"document.querySelector('input[name=password]').value="
            f"{json.dumps(password)};"
            "document.querySelector('form.oe_login_form').submit()"
        )
        self.wait_for(".o_main_navbar, .o_action_manager")

    def picture(self, path, selector=None, margin=0):
        """Save a PNG of the window, or of the first element that matches."""
        params = {"format": "png"}
        if selector:
            box = self.run(
                f"(() => {{const b = document.querySelector({json.dumps(selector)})"
                ".getBoundingClientRect();"
                "return {x: b.x, y: b.y, width: b.width, height: b.height}})()"
            )
            params["clip"] = {
                "x": box["x"] - margin,
                "y": box["y"] - margin,
                "width": box["width"] + 2 * margin,
                "height": box["height"] + 2 * margin,
                "scale": 1,
            }
        data = self.send("Page.captureScreenshot", **params)["data"]
        Path(path).write_bytes(base64.b64decode(data))
