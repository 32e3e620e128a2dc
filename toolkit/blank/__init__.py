"""An Edition becomes a locked workbook."""
