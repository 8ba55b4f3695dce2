"""Connections, lists, visualization items, searches and creations: use cases as coroutines, thin QObjects above.

May import ``api``, ``worker``, ``legend`` and ``messages``.
Start with ``session.py`` and ``service.py``; ``visualization_item.py`` is a visualization as the dock shows it.
"""
