"""The line: people who wait at a station under a number, and are called, held, passed or sent on.

A station is the dose at a site, or screening. Each service calls the numbers of its own station;
what a number goes through is the same at both.
"""
