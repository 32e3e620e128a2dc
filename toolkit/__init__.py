"""gouji (勾稽): statutory forms as data, from one table of cells to workbook and findings."""

__version__ = "0.2.0"
