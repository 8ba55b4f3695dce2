"""The embedded Pixxel API: Starlette over SQLite, with sample data.

May import ``api.models``, ``api.status``, ``files``, ``legend``, ``sld.writer`` and ``imagery``.
Start with ``app.py`` and the two ``operations.py``, which list the operations in the order of the contract.
"""
