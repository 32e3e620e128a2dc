"""What Excel calls through xlwings: `import toolkit.excel; toolkit.excel.validate()`."""

from .buttons import clear, explain, validate

__all__ = ["clear", "explain", "validate"]
