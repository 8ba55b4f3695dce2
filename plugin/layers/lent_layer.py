"""Layers that live for one piece of work only, in any thread.

They are deleted at once: an error's traceback would keep one alive, to the very end of the process where Processing
printed that error, and a layer that outlives QgsApplication crashes the interpreter. Only one lives at a time: the
bindings find their objects by address, and with several threads that make and delete layers, one was handed the
data provider of another's layer that was gone already (seen on QGIS 3.40).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qgis.core import QgsRasterLayer
from qgis.PyQt import sip

_alone = threading.Lock()


@contextmanager
def lent(make: Callable[[], QgsRasterLayer]) -> Iterator[QgsRasterLayer]:
    """Make a layer, lend it to the block, and delete it whatever happens. Blocks do not nest."""
    with _alone:
        layer = make()
        try:
            yield layer
        finally:
            sip.delete(layer)
