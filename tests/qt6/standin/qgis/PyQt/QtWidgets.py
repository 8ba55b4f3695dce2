from PyQt6.QtWidgets import *

QLayout.setMargin = lambda self, m: self.setContentsMargins(m, m, m, m)
from PyQt6.QtGui import QAction, QActionGroup, QShortcut
