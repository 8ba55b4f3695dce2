"""Kinds of layer that a date of a visualization can be loaded as: one module each, and their table.

May import ``host.i18n`` and types; what loads and draws is imported by the method that needs it.
Start with ``table.py``; ``kind.py`` states what a kind consists of.
"""
