"""Odoo's configuration for this checkout; as a program: make it, print where it is.

A file that the user names in ODOO_RC is laid over it: its options win, its add-on
folders come after the project's.
"""

import configparser
import hashlib
import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent / ".odoo"


def server_tag():
    """Name the server: databases of the same name may live on several."""
    where = [os.environ.get(name, "") for name in ("PGHOST", "PGPORT")]
    return hashlib.sha256(":".join(where).encode()).hexdigest()[:8]


def data_dir():
    return HOUSE / f"data-{server_tag()}"


def own_options():
    options = {
        "addons_path": str(HOUSE / "addons"),
        "data_dir": str(data_dir()),
        "http_interface": "127.0.0.1",
    }
    for key, name in (
        ("db_host", "PGHOST"),
        ("db_port", "PGPORT"),
        ("db_user", "PGUSER"),
        ("db_password", "PGPASSWORD"),
    ):
        if os.environ.get(name):
            options[key] = os.environ[name]
    return options


def path(name):
    return HOUSE / "conf" / f"{name}-{server_tag()}.conf"


def write(name, options):
    """Write the configuration of that name, whole or not at all; return its path."""
    config = configparser.RawConfigParser()
    config["options"] = options
    target = path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_suffix(f".{os.getpid()}")
    with open(new, "w", opener=lambda *a: os.open(*a, mode=0o600)) as stream:
        config.write(stream)
    new.rename(target)
    return target


def for_database(name, **options):
    return write(
        name,
        {
            **own_options(),
            "db_name": name,
            "dbfilter": f"^{name}$",
            "list_db": "False",
            **options,
        },
    )


def for_odoo():
    """The general configuration, or the user's own laid over it."""
    options = own_options()
    user_file = os.environ.get("ODOO_RC")
    if not user_file:
        return write("odoo", options)
    config = configparser.RawConfigParser()
    if not config.read(user_file):
        sys.exit(f"[house] ERROR: ODOO_RC={user_file} cannot be read")
    theirs = dict(config["options"]) if config.has_section("options") else {}
    folders = [options["addons_path"], *theirs.get("addons_path", "").split(",")]
    options |= theirs
    options["addons_path"] = ",".join(f.strip() for f in folders if f.strip())
    tag = hashlib.sha256(os.path.abspath(user_file).encode()).hexdigest()[:8]
    return write(f"user-{tag}", options)


if __name__ == "__main__":
    sys.stdout.write(f"{for_odoo()}\n")
