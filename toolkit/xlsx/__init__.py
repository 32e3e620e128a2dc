"""The bytes of any workbook become cells and parts, strictly bounded; knows no form."""
