"""Pictures as the server draws them: index colours, a legend box, lettering.

May import the rest of ``core``.
Start with ``render.py``.
"""
