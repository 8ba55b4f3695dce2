"""As much of qgis.core as the plugin's windows, services and worker touch, over PyQt6."""

import os
import tempfile
from types import SimpleNamespace

from PyQt6.QtCore import QByteArray, QDateTime, QObject, QSettings, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt6.QtNetwork import QNetworkProxy, QNetworkProxyFactory
from PyQt6.QtWidgets import QApplication

from . import _api

NULL = None


class Qgis:
    QGIS_VERSION = "4.0.0-Norrköping"
    QGIS_VERSION_INT = 40000


_api.complete(globals())


class QgsSettings(QSettings):
    def __init__(self, *_arguments):
        super().__init__(os.path.join(QgsApplication.qgisSettingsDirPath(), "standin.ini"), QSettings.Format.IniFormat)


class _Registry(QObject):
    def __init__(self):
        super().__init__()
        self.providers = []

    def addProvider(self, p):
        self.providers.append(p)
        return True

    def removeProvider(self, p):
        self.providers.remove(p)
        return True


class QgsTask(QObject):
    taskCompleted = pyqtSignal()
    taskTerminated = pyqtSignal()

    def __init__(self, description="", _flags=None):
        super().__init__()
        self._text = description
        self._progress = 0.0
        self._result = None

    def progress(self):
        return self._progress

    def description(self):
        return self._text

    def canCancel(self):
        return True


class QgsProxyProgressTask(QgsTask):
    canceled = pyqtSignal()

    def setProxyProgress(self, progress):
        assert isinstance(progress, float)
        self._progress = progress

    def finalize(self, result):
        self._result = result
        (self.taskCompleted if result else self.taskTerminated).emit()

    def cancel(self):
        self.canceled.emit()


class _TaskManager(QObject):
    taskAdded = pyqtSignal(int)

    def __init__(self):
        super().__init__()
        self.added = []

    def addTask(self, t):
        self.added.append(t)
        return len(self.added)

    def tasks(self):
        return [t for t in self.added if t._result is None]


class QgsAuthMethodConfig:
    def __init__(self, method="", version=0):
        self._m, self._i, self._n, self._c = method, "", "", {}

    def setId(self, i):
        self._i = i

    def id(self):
        return self._i

    def setName(self, n):
        self._n = n

    def name(self):
        return self._n

    def method(self):
        return self._m

    def setConfig(self, k, v):
        self._c[k] = v


class QgsAuthManager(QObject):
    def __init__(self):
        super().__init__()
        self.kept = {}
        self.master = True

    def isDisabled(self):
        return False

    def disabledMessage(self):
        return ""

    def masterPasswordIsSet(self):
        return self.master

    def setMasterPassword(self, *a):
        self.master = True
        return True

    def clearMasterPassword(self):
        self.master = False

    def authMethodsKeys(self, *a):
        return ["APIHeader", "Basic"]

    def configIds(self):
        return list(self.kept)

    def availableAuthMethodConfigs(self, *a):
        return dict(self.kept)

    def storeAuthenticationConfig(self, config, overwrite=False):
        if not config.id():
            config.setId(f"id{len(self.kept):05d}")
        self.kept[config.id()] = config
        return True, config

    def removeAuthenticationConfig(self, i):
        self.kept.pop(i, None)
        return True

    def updateNetworkRequest(self, request, i, *a):
        for k, v in self.kept[i]._c.items():
            request.setRawHeader(k.encode(), v.encode())
        return True, request

    def trustedCaCertsPemText(self):
        return QByteArray(b"")


class QgsApplication(QApplication):
    _dir = None
    _things = {}

    @staticmethod
    def qgisSettingsDirPath():
        if QgsApplication._dir is None:
            QgsApplication._dir = tempfile.mkdtemp(prefix="standin-") + "/"
        return QgsApplication._dir

    @staticmethod
    def _one(kind):
        return QgsApplication._things.setdefault(kind, kind())

    @staticmethod
    def getThemeIcon(name, *a):
        pix = QPixmap(16, 16)
        pix.fill(QColor("#888"))
        return QIcon(pix)

    @staticmethod
    def authManager():
        return QgsApplication._one(QgsAuthManager)

    @staticmethod
    def taskManager():
        return QgsApplication._one(_TaskManager)

    @staticmethod
    def processingRegistry():
        return QgsApplication._one(_Registry)

    @staticmethod
    def messageLog():
        return QgsApplication._one(_MessageLog)

    @staticmethod
    def platform():
        return "desktop"

    @staticmethod
    def locale():
        return "en"


class _MessageLog(QObject):
    messageReceived = pyqtSignal(str, str, Qgis.MessageLevel)


class QgsMessageLog(QObject):
    _sent = []

    @staticmethod
    def logMessage(message, tag="", level=Qgis.MessageLevel.Warning, notifyUser=True, *a):
        assert isinstance(level, Qgis.MessageLevel)
        QgsMessageLog._sent.append((message, tag, level))
        QgsApplication.messageLog().messageReceived.emit(message, tag, level)


class QgsSettingsTree:
    _nodes = {}

    @staticmethod
    def createPluginTreeNode(name):
        QgsSettingsTree._nodes[name] = {}
        return name

    @staticmethod
    def unregisterPluginTreeNode(name):
        QgsSettingsTree._nodes.pop(name, None)


class QgsSettingsEntryString:
    def __init__(self, key, node, default="", description="", *a):
        self._k, self._d = f"plugins/{node}/{key}", default

    def value(self, *a):
        return QgsSettings().value(self._k, self._d)

    def setValue(self, v, *a):
        s = QgsSettings()
        s.setValue(self._k, v)
        s.sync()
        return True


class _SomeFactory(QNetworkProxyFactory):
    def queryProxy(self, query=None):
        return [QNetworkProxy(QNetworkProxy.ProxyType.NoProxy)]


class QgsNetworkAccessManager(QObject):
    _i = None

    @staticmethod
    def instance():
        QgsNetworkAccessManager._i = QgsNetworkAccessManager._i or QgsNetworkAccessManager()
        return QgsNetworkAccessManager._i

    @staticmethod
    def timeout():
        return 60000

    def proxyFactory(self):
        self._f = getattr(self, "_f", None) or _SomeFactory()
        return self._f

    def setupDefaultProxyAndCache(self):
        pass


# --- layers: enough to stand in a project -------------------------------------------------------------------------
class QgsMapLayer(QObject):
    styleChanged = pyqtSignal()
    rendererChanged = pyqtSignal()
    legendChanged = pyqtSignal()
    _n = 0

    def __init__(self, source="", name="", *a):
        super().__init__()
        QgsMapLayer._n += 1
        self._s, self._name, self._id, self._p = source, name, f"layer{QgsMapLayer._n}", {}
        self._valid = os.path.exists(source)
        self._r = None

    def setMetadata(self, m):
        self._m = m

    def metadata(self):
        return self._m

    def id(self):
        return self._id

    def name(self):
        return self._name

    def setName(self, n):
        self._name = n

    def source(self):
        return self._s

    def isValid(self):
        return self._valid

    def customProperty(self, k, d=None):
        return self._p.get(k, d)

    def setCustomProperty(self, k, v):
        self._p[k] = v

    def removeCustomProperty(self, k):
        self._p.pop(k, None)

    def customPropertyKeys(self):
        return list(self._p)

    def project(self):
        return getattr(self, "_project", None)

    def providerType(self):
        return "gdal"

    def serverProperties(self):
        self._server = getattr(self, "_server", None) or _Recorder()
        return self._server

    def legend(self):
        return SimpleNamespace(createLayerTreeModelLegendNodes=lambda _node: [])

    def crs(self):
        return None

    def extent(self):
        return SimpleNamespace(intersects=lambda _other: True)

    def opacity(self):
        return 1.0

    def triggerRepaint(self):
        self.repaints = getattr(self, "repaints", 0) + 1

    def emitStyleChanged(self):
        pass

    def error(self):
        return SimpleNamespace(summary=lambda: "")

    def blendMode(self):
        return QPainter.CompositionMode.CompositionMode_SourceOver

    def setScaleBasedVisibility(self, b):
        self._sb = b

    def hasScaleBasedVisibility(self):
        return getattr(self, "_sb", False)

    def setMinimumScale(self, s):
        self._mi = s

    def setMaximumScale(self, s):
        self._ma = s

    def minimumScale(self):
        return getattr(self, "_mi", 0)

    def maximumScale(self):
        return getattr(self, "_ma", 0)


class _Recorder:
    """Keeps what is set, by name; a class of QGIS has only the names of QGIS's."""

    def __init__(self, **values):
        self.__dict__["_v"] = values

    def __getattr__(self, name):
        own = type(self).__name__
        if name.startswith("__") or (own.startswith("Qgs") and name not in _api.names_of(own)):
            raise AttributeError(f"{own} has no {name}")
        if name.startswith("set") and name[3:4].isupper():
            key = name[3].lower() + name[4:]
            return lambda *values: self._v.__setitem__(key, values[0] if len(values) == 1 else values)
        return lambda *_arguments: self._v.get(name)


class _Provider(_Recorder):
    def __init__(self, path):
        from osgeo import gdal

        ds = gdal.Open(path)
        self.__dict__["_b"] = ds.RasterCount if ds else 1
        self.__dict__["_v"] = {}
        self.__dict__["_t"] = {1: "Byte", 6: "Float32", 7: "Float64"}.get(
            ds.GetRasterBand(1).DataType if ds else 6, "Float32"
        )

    def bandCount(self):
        return self._b

    def dataType(self, b):
        return Qgis.DataType[self._t]

    def userNoDataValues(self, b):
        return []


class QgsRasterLayer(QgsMapLayer):
    SAMPLE_SIZE = 250000.0

    class LayerOptions:
        def __init__(self, loadDefaultStyle=True):
            self.loadDefaultStyle = loadDefaultStyle

    def dataProvider(self):
        self._dp = getattr(self, "_dp", None) or _Provider(self._s)
        return self._dp

    def bandCount(self):
        return self.dataProvider().bandCount()

    def setDataSource(self, source, name, *a):
        self._s, self._name, self._valid, self._dp = source, name, os.path.exists(source), None

    def renderer(self):
        return self._r

    def setRenderer(self, r):
        self._r = r
        self.rendererChanged.emit()

    def resampleFilter(self):
        return _Recorder()

    def brightnessFilter(self):
        self._br = getattr(self, "_br", None) or _Recorder(gamma=1.0, brightness=0, contrast=0)
        return self._br

    def hueSaturationFilter(self):
        self._hs = getattr(self, "_hs", None) or _Recorder(
            saturation=0,
            colorizeOn=False,
            invertColors=False,
            grayscaleMode=QgsHueSaturationFilter.GrayscaleMode.GrayscaleOff,
        )
        return self._hs

    def temporalProperties(self):
        self._tp = getattr(self, "_tp", None) or _Recorder()
        return self._tp

    def styleManager(self):
        return SimpleNamespace(currentStyle=lambda: "default", styles=lambda: ["default"])


class QgsHueSaturationFilter:
    pass


class QgsDataProvider:
    class ProviderOptions:
        pass


class _Node(QObject):
    visibilityChanged = pyqtSignal(object)
    addedChildren = pyqtSignal(object, int, int)
    removedChildren = pyqtSignal(object, int, int)
    willRemoveChildren = pyqtSignal(object, int, int)
    nameChanged = pyqtSignal(object, str)

    def __init__(self):
        super().__init__()
        self._p, self._c, self._parent, self._on, self._ex = {}, [], None, True, True

    def parent(self):
        return self._parent

    def customProperty(self, k, d=None):
        return self._p.get(k, d)

    def setCustomProperty(self, k, v):
        self._p[k] = v

    def removeCustomProperty(self, k):
        self._p.pop(k, None)

    def customProperties(self):
        return list(self._p)

    def isVisible(self):
        return self._on

    def isExpanded(self):
        return self._ex

    def setExpanded(self, b):
        self._ex = b

    def itemVisibilityChecked(self):
        return self._on

    def setItemVisibilityChecked(self, b):
        self._on = b

    def setItemVisibilityCheckedParentRecursive(self, b):
        self._on = b
        if self._parent:
            self._parent.setItemVisibilityCheckedParentRecursive(b)


class QgsLayerTreeLayer(_Node):
    def __init__(self, layer):
        super().__init__()
        self._l = layer

    def layer(self):
        return self._l

    def layerId(self):
        return self._l.id()


class QgsLayerTreeGroup(_Node):
    def __init__(self, name=""):
        super().__init__()
        self._n = name

    def name(self):
        return self._n

    def children(self):
        return list(self._c)

    def insertGroup(self, i, name):
        g = QgsLayerTreeGroup(name)
        g._parent = self
        self._c.insert(i, g)
        return g

    def insertChildNode(self, i, n):
        n._parent = self
        self._c.insert(i, n)
        _root_of(self).addedChildren.emit(self, i, i)

    def findGroups(self, recursive=False):
        out = []
        for c in self._c:
            if isinstance(c, QgsLayerTreeGroup):
                out.append(c)
                out += c.findGroups(True) if recursive else []
        return out

    def findLayers(self):
        out = []
        for c in self._c:
            out += c.findLayers() if isinstance(c, QgsLayerTreeGroup) else [c]
        return out

    def findLayer(self, i):
        return next((n for n in self.findLayers() if n.layerId() == i), None)


class QgsLayerTree(QgsLayerTreeGroup):
    def layerOrder(self):
        return [node.layer() for node in self.findLayers()]


def _root_of(node):
    while node._parent is not None:
        node = node._parent
    return node


class QgsLayerMetadata:
    class SpatialExtent:
        pass

    class Extent:
        def setSpatialExtents(self, e):
            self._s = e

        def setTemporalExtents(self, e):
            self._t = e

    def __init__(self, _other=None):
        pass

    def __getattr__(self, name):
        if name.startswith(("set", "add")):
            return lambda *_arguments: None
        raise AttributeError(name)


class QgsMapLayerLegendUtils:
    @staticmethod
    def setLegendNodeOrder(node, order):
        node.setCustomProperty("legend/node-order", ",".join(map(str, order)) or "empty")

    @staticmethod
    def setLegendNodeUserLabel(node, number, label):
        node.setCustomProperty(f"legend/label-{number}", label)


class QgsLayoutManager(QObject):
    layoutAdded = pyqtSignal(str)

    def printLayouts(self):
        return []


class QgsProject(QObject):
    readProject = pyqtSignal()
    cleared = pyqtSignal()
    layerWasAdded = pyqtSignal(object)
    layersAdded = pyqtSignal(object)
    layersRemoved = pyqtSignal(list)
    layersWillBeRemoved = pyqtSignal(object)
    _i = None

    def fileName(self):
        return ""

    @staticmethod
    def instance():
        QgsProject._i = QgsProject._i or QgsProject()
        return QgsProject._i

    def __init__(self):
        super().__init__()
        self._l, self._root, self._dirty, self._entries = {}, QgsLayerTree(), False, {}

    def mapLayers(self):
        return dict(self._l)

    def mapLayer(self, i):
        return self._l.get(i)

    def addMapLayer(self, l, addToLegend=True):
        self._l[l.id()] = l
        l._project = self
        self.layerWasAdded.emit(l)
        self.layersAdded.emit([l])
        return l

    def layerTreeRoot(self):
        return self._root

    def readEntry(self, scope, key, default=""):
        return self._entries.get((scope, key), default), (scope, key) in self._entries

    def writeEntry(self, scope, key, value):
        self._entries[scope, key] = value
        return True

    def removeEntry(self, scope, key):
        return self._entries.pop((scope, key), None) is not None

    def layerIsEmbedded(self, _layer_id):
        return ""

    def count(self):
        return len(self._l)

    def layoutManager(self):
        self._layouts = getattr(self, "_layouts", None) or QgsLayoutManager(self)
        return self._layouts

    def setDirty(self, b):
        self._dirty = b

    def isDirty(self):
        return self._dirty

    def clear(self):
        self._l.clear()
        self._root = QgsLayerTree()


class QgsCsException(Exception):
    pass


class QgsProcessingException(Exception):
    pass


class QgsRasterRenderer(_Recorder):
    def usesBands(self):
        return [self.inputBand()]

    def usesTransparency(self):
        return False

    def __init__(self, provider=None, band=1, *a):
        _Recorder.__init__(
            self, opacity=1.0, inputBand=band, shader=a[0] if a else None, alphaBand=-1, type=getattr(self, "_TYPE", "")
        )


class QgsPalettedRasterRenderer(QgsRasterRenderer):
    _TYPE = "paletted"

    @staticmethod
    def Class(value, color, label=""):
        return SimpleNamespace(value=value, color=color, label=label)

    def __init__(self, provider, band, classes):
        super().__init__(provider, band)
        self._v["classes"] = classes


class QgsSingleBandPseudoColorRenderer(QgsRasterRenderer):
    _TYPE = "singlebandpseudocolor"


class QgsColorRampShader(_Recorder):
    @staticmethod
    def ColorRampItem(value, color, label=""):
        return SimpleNamespace(value=value, color=color, label=label)

    def __init__(self, *_arguments):
        super().__init__()


class QgsRasterTransparency(_Recorder):
    @staticmethod
    def TransparentSingleValuePixel(minimum=0.0, maximum=0.0, opacity=0.0):
        return SimpleNamespace(min=minimum, max=maximum, opacity=opacity)


class QgsPathResolver:
    @staticmethod
    def setPathPreprocessor(_function):
        return "preprocessor"

    @staticmethod
    def removePathPreprocessor(_identifier):
        pass


class QgsJsonUtils:
    @staticmethod
    def geometryFromGeoJson(_text):
        return QgsGeometry()


class QgsRectangle(_Recorder):
    def __init__(self, *_arguments):
        super().__init__()


class QgsGeometry(_Recorder):
    def __init__(self, *_arguments):
        super().__init__()

    def boundingBox(self):
        return QgsRectangle()


class QgsCoordinateTransform:
    def __init__(self, *_arguments):
        pass

    def transformBoundingBox(self, extent):
        return extent


class QgsDateTimeRange:
    def __init__(self, begin=None, end=None, includeBeginning=True, includeEnd=True):
        self._begin, self._end = begin or QDateTime(), end or QDateTime()
        self._includes = includeBeginning, includeEnd

    def begin(self):
        return self._begin

    def end(self):
        return self._end

    def includeBeginning(self):
        return self._includes[0]

    def includeEnd(self):
        return self._includes[1]

    def overlaps(self, other):
        one, two = sorted((self, other), key=lambda each: each.begin().toMSecsSinceEpoch())
        touches = one.end() == two.begin() and one.includeEnd() and two.includeBeginning()
        return one.end() > two.begin() or touches


def __getattr__(name):
    """Return a class that records what is set, where QGIS has one of that name."""
    if not name.startswith("Qgs"):
        raise AttributeError(name)
    space = {"__init__": lambda self, *_arguments, **_named: _Recorder.__init__(self), **_api.enums_of(name)}
    made = globals()[name] = type(name, (_Recorder,), space)
    return made


_api.complete(globals())
