"""What the sample data needs: records, state, middleware, AOIs, visualizations, pictures and legends.

May import no other package of the sandbox.
Start with ``state.py`` and ``handlers/aoi.py``.
"""
