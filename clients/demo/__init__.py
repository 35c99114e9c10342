"""The demo bank: invented people and half a year of their work, the same for the same seed and day.

The one place beside the actions that writes rows: it fills an empty database in bulk, by the same
rules, and touches nothing else.
"""
