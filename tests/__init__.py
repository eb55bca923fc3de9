from . import test_common_factories
from . import test_oracle
