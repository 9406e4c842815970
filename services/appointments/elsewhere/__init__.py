"""Elsewhere: what other services and sites decide - findings, answers, merges, dockings."""
