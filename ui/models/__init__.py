"""Item models and texts that several widgets share. No QtWidgets.

May import ``catalog``, ``legend_sync``, ``messages`` and ``legend`` of ``plugin``, and the API's models and states.
Start with ``catalog_model.py`` and ``legend_model.py``.
"""
