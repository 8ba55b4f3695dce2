"""The plugin: everything but its widgets.

Each package below states its purpose, what it may import of ours and where to start reading;
``tests/unit/test_layering.py`` holds the table.
"""
