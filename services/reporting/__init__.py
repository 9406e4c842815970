"""Reporting: how the campaign is going, day by day, and the week's report."""
