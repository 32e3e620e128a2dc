"""What Excel calls through xlwings: `import toolkit.excel; toolkit.excel.validate()`."""

from .buttons import active, clear, explain, validate

__all__ = ["active", "clear", "explain", "validate"]
