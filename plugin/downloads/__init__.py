"""From dates to rasters on disk: pictures, value rasters, packages of assets, resumed where they stopped.

May import ``catalog``, ``api``, ``files``, ``worker``, ``legend``, ``imagery`` and ``messages``.
Start with ``loading.py``; ``assets.py`` downloads the files of an AOI.
"""
