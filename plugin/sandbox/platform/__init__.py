"""The rest of the platform: archive and catalogue search, orders, insights, workflows, blocks, stores.

May import ``core``.
Start with ``handlers/search.py``.
"""
