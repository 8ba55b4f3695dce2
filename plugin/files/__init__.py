"""Files: safe names for texts from outside, files that appear whole or not at all, locks between processes.

May import nothing of ours.
Start with ``whole.py``.
"""
