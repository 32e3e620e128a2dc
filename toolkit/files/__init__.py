"""Paths become results: folders, archives and mails opened, returns examined, files saved."""
