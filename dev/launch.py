"""Start Odoo's command line.

A script of its own, since ``python -m odoo`` cannot start the gevent child of a
server with several workers.
"""

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its files must not hide anybody's modules
    from odoo.cli import main

    main()
