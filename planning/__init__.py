from . import capacity
from . import gaps
from . import schedule
from . import worktime
