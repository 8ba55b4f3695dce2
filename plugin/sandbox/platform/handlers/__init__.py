"""Operations on archives, catalogues, orders, insights, workflows, blocks and stores.

May import ``core`` and the rest of ``platform``.
Start with ``order.py``.
"""
