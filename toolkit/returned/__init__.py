"""The cells of a returned workbook become a Report and findings about its structure."""
