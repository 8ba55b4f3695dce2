from PyQt6.QtCore import *
from PyQt6.QtCore import PYQT_VERSION_STR

NULL = None
from enum import Enum


def _force_int(v):
    return int(v.value) if isinstance(v, Enum) else v


QMetaType.Type.__int__ = _force_int
QMetaType.Type.__eq__ = lambda a, b: _force_int(a) == _force_int(b)
Qt.CheckState.__int__ = _force_int
Qt.CheckState.__eq__ = lambda a, b: _force_int(a) == _force_int(b)
