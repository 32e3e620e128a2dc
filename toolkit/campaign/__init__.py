"""Campaigns: the roster of agencies and the returns they sent."""
