"""Requests and responses: authentication, redirects, retries, limits, errors, resumable downloads.

May import ``api``'s ``config``, ``errors``, ``secrets`` and ``decoding``, and ``files``.
Start with ``session.py``; ``retrying.py`` decides what may be sent again.
"""
