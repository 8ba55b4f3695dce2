"""Adapters to QGIS: settings, credentials, network, private packages, log, translation, paths.

May import ``files``, ``legend.vocabulary``, ``imagery.budget``, ``api.config``, ``api.secrets`` and
parts of ``api.transport`` without httpx.
Start with ``settings.py``; ``network_thread.py`` sends the client's requests through QGIS.
"""
