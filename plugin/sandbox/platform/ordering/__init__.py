"""Orders: requests checked, priced, scheduled and delivered.

May import ``core`` and the rest of ``platform``.
Start with ``orders.py``.
"""
