"""Every text about errors and results, by subject; an error's class name leads to its sentence.

May import ``api.secrets``, ``api.paging``, ``api.transport.retrying``, ``legend``, ``files.shown_names`` and types of
``imagery``.
Start with ``explanation.py``; ``error_sentences.py`` is the table of error classes.
"""
