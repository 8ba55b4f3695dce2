"""Raster layers that live for one piece of work only, in any thread.

In another thread than the main one, Python must not touch a QObject that such a layer owns: its data provider, its
temporal properties, its style manager (docs/design/0024). PyQt watches each QObject that C++ made and Python met, and
marks its wrapper as deleted when the object is. Where the object dies in another thread, the mark is made later, by the
main thread, and by address: it may hit the wrapper of a new object in the same place, of whoever's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames

from qgis.core import QgsRasterLayer
from qgis.PyQt import sip


@contextmanager
def lent(make: Callable[[], QgsRasterLayer]) -> Iterator[QgsRasterLayer]:
    """Create a temporary layer for a block, and delete it in any case, without waiting for the last reference.

    A layer that an error's traceback keeps to the end of the process would crash it there. The references of the
    traceback's frames are cleared first: the bindings would give the wrapper of a deleted renderer to another one at
    the same address.
    """
    layer = make()
    try:
        yield layer
    except BaseException as error:
        clear_frames(error.__traceback__)
        raise
    finally:
        sip.delete(layer)
