"""Visits to dates: targets, windows, chains, gaps, months, open days, and what a late visit moves."""
