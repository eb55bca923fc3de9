from . import test_common_factories
from . import test_oracle
from . import test_planning_schedule
from . import test_refresh_format
from . import test_settings
from . import test_refresh
