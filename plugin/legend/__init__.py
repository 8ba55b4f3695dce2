"""The legend: domain model, checks, edits, three-way merge, units, tables. Pure Python.

May import nothing of ours.
Start with ``spec.py``; ``wire.py`` converts from and to the API's classes.
"""
