"""The client of the Pixxel API: httpx and pydantic, without QGIS and Qt.

May import ``files`` and ``legend.vocabulary``. Errors carry facts and no texts (``errors.py``).
``status.py`` is the one vocabulary of states.
Start with ``client.py`` and an endpoint such as ``endpoints/aois.py``; ``transport/session.py`` sends every request.
"""
