"""Faults that a trusted alert bot survives, each done to the real process: `python -m tests.faults` prints the table.

A row's number stays its own when rows are added; the name after it says what happens.
"""
