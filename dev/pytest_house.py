"""pytest plug-in: fail for a test that did not run, unless it is a listed one.

Odoo's browser tests skip themselves without a browser, and a run that looks green
because of that is worse than a red one. The list is dev/allowed_skips.txt.
"""

import json
import os
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def allowed_patterns():
    """The patterns listed; a line is `PATTERN | REASON`, # starts a comment."""
    patterns = []
    for number, line in enumerate(ALLOWED.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        pattern, _, reason = (part.strip() for part in line.partition("|"))
        if not reason:
            raise pytest.UsageError(
                f"{ALLOWED}:{number}: a reason is missing: PATTERN | REASON"
            )
        patterns.append(pattern)
    return patterns


class SkipWatch:
    def __init__(self, config):
        self.config = config
        self.patterns = allowed_patterns()
        self.unlisted = {}

    def pytest_runtest_logreport(self, report):
        self._note(report)

    def pytest_collectreport(self, report):
        self._note(report)

    def _note(self, report):
        if not report.skipped:
            return
        if any(fnmatchcase(report.nodeid, pattern) for pattern in self.patterns):
            return
        reason = report.longrepr
        if isinstance(reason, tuple):
            reason = reason[2]
        self.unlisted[report.nodeid] = getattr(report, "wasxfail", "") or str(reason)

    def pytest_sessionfinish(self, session):
        if self.unlisted and session.exitstatus in (0, 5):
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter):
        if self.unlisted:
            terminalreporter.section("not run, and not listed in dev/allowed_skips.txt")
            for nodeid, reason in self.unlisted.items():
                terminalreporter.line(f"SKIPPED {nodeid}: {reason}", red=True)
            terminalreporter.line(
                "Make them run, or list them there with a reason.", red=True
            )
        if target := os.environ.get("HOUSE_COUNTS"):
            stats = terminalreporter.stats
            counts = {
                "passed": len(stats.get("passed", ())),
                "failed": len(stats.get("failed", ())) + len(stats.get("error", ())),
                "skipped": len(stats.get("skipped", ()))
                + len(stats.get("xfailed", ())),
            }
            Path(target).write_text(json.dumps(counts))


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # with xdist, only the one that reports
        config.pluginmanager.register(SkipWatch(config))
