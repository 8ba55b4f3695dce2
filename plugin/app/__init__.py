"""The application: one controller for each subject connects the packages to the user interface.

May import everything; nothing below imports it.
Start with ``application.py``, which builds all the rest; ``clients.py`` opens connections.
"""
