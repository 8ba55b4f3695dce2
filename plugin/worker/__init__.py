"""One thread with one asyncio loop, and jobs that end with exactly one signal. Knows no API.

May import nothing of ours.
Start with ``job.py`` and ``runner.py``.
"""
