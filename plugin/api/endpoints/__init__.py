"""One class for each area of the API; its methods are the operations and return models.

May import the rest of ``api``.
Start with ``base.py``, which every area inherits, then ``aois.py``.
"""
