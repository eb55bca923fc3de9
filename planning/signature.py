"""The options of a refresh in the signatures of the methods that take them."""

from inspect import Parameter, signature

from .options import DATES, DIRECTIONS, NAMES


class _FromCompany:
    """The default of an option that the company decides."""

    def __repr__(self):
        return "<as the company's settings say>"


FROM_COMPANY = _FromCompany()
CHOICE = " | ".join(map(repr, DIRECTIONS))


def takes_options(method):
    """Give a method with ``**options`` a signature that names them, with their types.

    Odoo 19's API page (``api_doc``) drops what a docstring says of a parameter that
    the signature does not have. Calls stay as loose as they were.
    """
    own = signature(method)
    *first, last = own.parameters.values()
    options = [Parameter(name, Parameter.KEYWORD_ONLY, **_spec(name)) for name in NAMES]
    method.__signature__ = own.replace(parameters=[*first, *options, last])
    return method


def _spec(name):
    """Return the default and the annotation of an option.

    >>> _spec("calculate_lines")["annotation"]
    'bool'
    """
    if name in DATES:
        return {"default": False, "annotation": "str | bool"}
    annotation = CHOICE if name == "scheduling_direction" else "bool"
    return {"default": FROM_COMPANY, "annotation": annotation}
