"""The Processing provider and what its algorithms share.

May import ``catalog``, ``downloads``, ``legend_sync``, ``messages``, ``layers``, ``sld``, ``legend``, ``host``,
``files`` and ``layer_kinds.table``.
Start with ``provider.py`` and ``algorithms/base.py``.
"""
