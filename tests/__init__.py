from . import test_common_factories
