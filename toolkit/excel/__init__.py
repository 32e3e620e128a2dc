"""Functions that Excel calls through xlwings: `import toolkit.excel; toolkit.excel.validate()`."""

from .buttons import active, clear, explain, validate
from .office import new_blank, roll_up

__all__ = ["active", "clear", "explain", "new_blank", "roll_up", "validate"]
