{
    "name": "Refresh Production Order",
    "summary": "Recompute manufacturing orders from their bill of materials and "
    "schedule them back from the due date",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "Production Refresh maintainers",
    "license": "LGPL-3",
    "depends": ["mrp"],
    "data": [],
}
