"""Response bodies as plain Python: JSON, pictures, SLD documents and legends in every documented form.

May import ``api.errors``.
Start with ``decode.py``; ``content.py`` detects formats by their first bytes.
"""
