from odoo import fields, models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    # deleting a slot makes PostgreSQL look for work orders that point at it
    leave_id = fields.Many2one(index="btree_not_null")
