"""Map layers: built, styled, grouped, dated, and found again by what they carry.

May import ``api.models``, ``files``, ``legend``, ``sld`` and ``imagery``.
Start with ``builder.py``; ``identity.py`` decides which layers are the plugin's.
"""
