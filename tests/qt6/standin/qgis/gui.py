"""As much of qgis.gui as the plugin's windows touch, over PyQt6."""

from PyQt6.QtCore import QObject, Qt, pyqtSignal, QEvent
from PyQt6.QtGui import QColor, QAction, QPainter
from PyQt6.QtWidgets import *
from . import _api
from .core import Qgis, QgsRectangle, _Recorder


class QgisInterface(QObject):
    pass


class QgsDockWidget(QDockWidget):
    closed = pyqtSignal()
    closedStateChanged = pyqtSignal(bool)
    opened = pyqtSignal()
    openedStateChanged = pyqtSignal(bool)

    def isUserVisible(self):
        return self.isVisible()

    def setUserVisible(self, b):
        self.setVisible(b)
        if b:
            self.raise_()

    def setToggleVisibilityAction(self, a):
        a.setCheckable(True)
        a.toggled.connect(self.setUserVisible)
        self.visibilityChanged.connect(lambda b: a.setChecked(b))


class QgsFilterLineEdit(QLineEdit):
    cleared = pyqtSignal()
    valueChanged = pyqtSignal(str)

    def __init__(self, parent=None, nullValue=""):
        super().__init__(parent)
        self.setClearButtonEnabled(True)

    def setShowClearButton(self, b):
        self.setClearButtonEnabled(b)

    def setShowSearchIcon(self, b):
        pass

    def setShowSpinner(self, b):
        pass

    def clearValue(self):
        self.setText("")
        self.cleared.emit()


class QgsSpinBox(QSpinBox):
    def setClearValue(self, v, specialValueText=""):
        self._clear = v


class QgsDoubleSpinBox(QDoubleSpinBox):
    def setClearValue(self, customValue, clearValueText=""):
        pass


class QgsPasswordLineEdit(QLineEdit):
    def __init__(self, parent=None, visible=False):
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)


class QgsAuthConfigSelect(QWidget):
    selectedConfigIdChanged = pyqtSignal(str)

    def __init__(self, parent=None, dataprovider=""):
        super().__init__(parent)
        self._i = ""

    def setConfigId(self, i):
        self._i = i

    def configId(self):
        return self._i


class QgsCollapsibleGroupBox(QGroupBox):
    collapsedStateChanged = pyqtSignal(bool)

    def __init__(self, title="", parent=None):
        super().__init__(title, parent)
        self._c = False

    def setCollapsed(self, b):
        self._c = b

    def isCollapsed(self):
        return self._c

    def setSaveCollapsedState(self, b):
        pass

    def setSettingGroup(self, g):
        pass


class QgsColorDialog(QDialog):
    currentColorChanged = pyqtSignal(QColor)

    def __init__(self, parent=None, fl=Qt.WindowType.Widget, color=QColor()):
        super().__init__(parent, fl)
        self._c = QColor(color)

    def setAllowOpacity(self, b):
        pass

    def color(self):
        return self._c

    def setColor(self, c):
        self._c = QColor(c)
        self.currentColorChanged.emit(self._c)


class QgsMessageBarItem(QWidget):
    def __init__(self, widget, level, duration, bar):
        super().__init__(bar)
        self._l, self._d = level, duration
        lay = QHBoxLayout(self)
        lay.addWidget(widget)
        b = QToolButton(self)
        b.setObjectName("mCloseMenu")
        b.clicked.connect(lambda: bar.popWidget(self))
        lay.addWidget(b)

    def level(self):
        return self._l

    def duration(self):
        return self._d


class QgsMessageBar(QFrame):
    widgetAdded = pyqtSignal(object)
    widgetRemoved = pyqtSignal(object)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._items = []
        QVBoxLayout(self)
        self.hide()

    def pushWidget(self, widget, level=Qgis.MessageLevel.Info, duration=-1):
        assert isinstance(level, Qgis.MessageLevel) and isinstance(duration, int)
        item = QgsMessageBarItem(widget, level, duration, self)
        self.layout().addWidget(item)
        self._items.insert(0, item)
        item.show()
        self.show()
        self.widgetAdded.emit(item)
        return item

    def popWidget(self, item=None):
        item = item or self.currentItem()
        if item in self._items:
            self._items.remove(item)
            item.hide()
            item.deleteLater()
            self.widgetRemoved.emit(item)
            self.setVisible(bool(self._items))
            return True
        return False

    def clearWidgets(self):
        while self._items:
            self.popWidget(self._items[0])
        return True

    def currentItem(self):
        return self._items[0] if self._items else None

    def items(self):
        return list(self._items)


class QgsOptionsPageWidget(QWidget):
    def helpKey(self):
        return ""


class QgsOptionsWidgetFactory(QObject):
    def __init__(self, title="", icon=None, key=""):
        super().__init__()
        self._t, self._i = title, icon

    def title(self):
        return self._t

    def icon(self):
        return self._i


class QgsCustomDropHandler(QObject):
    pass


class _Temporal(QObject):
    navigationModeChanged = pyqtSignal(object)
    updateTemporalRange = pyqtSignal(object)

    def navigationMode(self):
        return Qgis.TemporalNavigationMode.Disabled


class QgsShortcutsManager(QObject):
    _actions = []

    def registerAction(self, action, defaultShortcut="", section=""):
        action.setShortcut(defaultShortcut)
        self._actions.append(action)
        action.destroyed.connect(lambda: self._actions.remove(action))
        return True

    def listActions(self):
        return list(self._actions)


class QgsGui:
    _manager = None

    @staticmethod
    def shortcutsManager():
        QgsGui._manager = QgsGui._manager or QgsShortcutsManager()
        return QgsGui._manager


class QgsMapCanvas(QGraphicsView):
    destinationCrsChanged = pyqtSignal()

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self._t = _Temporal(self)
        self.extents = []

    def temporalController(self):
        return self._t

    def mapSettings(self):
        return _Recorder(destinationCrs=None)

    def setExtent(self, r):
        self.extents.append(r)

    def extent(self):
        return self.extents[-1] if self.extents else QgsRectangle()

    def refresh(self):
        pass

    def isDrawing(self):
        return False


class QgsRubberBand(QGraphicsItem):
    def __init__(self, canvas, kind=None):
        super().__init__()
        canvas.scene().addItem(self)

    def boundingRect(self):
        from PyQt6.QtCore import QRectF

        return QRectF()

    def paint(self, *a):
        pass

    def setStrokeColor(self, c):
        assert isinstance(c, QColor)

    def setFillColor(self, c):
        assert isinstance(c, QColor)

    def setWidth(self, w):
        assert isinstance(w, int)

    def setToGeometry(self, g, crs=None):
        pass


class QgsLayerTreeViewIndicator(QObject):
    clicked = pyqtSignal(object)

    def setIcon(self, i):
        self._i = i

    def setToolTip(self, t):
        self._t = t


class QgsLayerTreeView(QTreeView):
    currentLayerChanged = pyqtSignal(object)

    def addIndicator(self, n, i):
        pass

    def removeIndicator(self, n, i):
        pass


class QgsAbstractProcessingParameterWidgetWrapper(QObject):
    pass


class QgsProcessingModelerParameterWidget(QWidget):
    pass


def __getattr__(name):
    """Return a class that records what is set, where QGIS has one of that name."""
    if not name.startswith("Qgs"):
        raise AttributeError(name)
    space = {"__init__": lambda self, *_arguments, **_named: _Recorder.__init__(self), **_api.enums_of(name)}
    made = globals()[name] = type(name, (_Recorder,), space)
    return made


_api.complete(globals())
