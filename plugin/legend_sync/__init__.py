"""Legends between the editor and the server: load, push, roll back, drafts, areas of classes.

May import ``catalog``, ``downloads``, ``api``, ``files``, ``worker``, ``legend``, ``imagery`` and ``messages``.
Start with ``service.py``; ``push.py`` is the careful write.
"""
