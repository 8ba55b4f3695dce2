"""A QGIS in a process of its own, in a new profile: make requests as QGIS, as the dock and as the installer do.

Run with the path of a JSON file of the setting. Before each part it writes ``PART name`` and waits for a line, so that
what boxes see can be told apart; then ``DONE`` and the outcome as JSON.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsAuthCertUtils,
    QgsAuthConfigSslServer,
    QgsAuthMethodConfig,
    QgsBlockingNetworkRequest,
    QgsCredentials,
    QgsNetworkAccessManager,
    QgsSettings,
    QgsTemporalNavigationObject,
)
from qgis.gui import QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest, QSslCertificate, QSslError
from qgis.PyQt.QtWidgets import QMainWindow

ROOT = Path(__file__).resolve().parents[2]
Outcome = dict[str, Any]
CONNECTION = "Company"


def main() -> None:
    """Run the parts that are asked for."""
    faulthandler.enable()
    setting = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        application, prompts = _start(), Declined()
        _apply(setting)
        if setting["prompt"] or setting["exceptions"]:
            _answer_as_a_desktop(setting)
        QgsSettings().sync()
        for name in setting["parts"]:
            print(f"PART {name}", flush=True)
            sys.stdin.readline()
            began = time.monotonic()
            outcome = PARTS[name](setting)
            outcome.setdefault("seconds", time.monotonic() - began)
            print(f"DONE {json.dumps(outcome)}", flush=True)
        del application, prompts
    except Exception:  # noqa: BLE001 (whoever reads the pipe shows it)
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(0)  # what a broken connection leaves behind for the end of a process is not the subject here


def _start() -> QgsApplication:
    """Start QGIS in the profile that ``QGIS_CUSTOM_CONFIG_PATH`` names, and in no other."""
    QCoreApplication.setOrganizationName(QgsApplication.QGIS_ORGANIZATION_NAME)
    QCoreApplication.setApplicationName(QgsApplication.QGIS_APPLICATION_NAME)
    application = QgsApplication([], True)
    application.initQgis()
    assert QgsSettings().fileName().startswith(os.environ["QGIS_CUSTOM_CONFIG_PATH"])
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["pixxel_explorer"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return application


class Declined(QgsCredentials):
    """QGIS's prompts, closed by the person."""

    def __init__(self) -> None:
        super().__init__()
        self.setInstance(self)

    def request(self, _realm: str, user: str, password: str, _message: str) -> tuple[bool, str, str]:
        """Give nothing."""
        return False, user, password

    def requestMasterPassword(self, password: str, _stored: bool) -> tuple[bool, str]:
        """Give nothing."""
        return False, password


def _apply(setting: dict[str, Any]) -> None:
    """Write the settings as QGIS's options page does, and have them read."""
    manager = QgsApplication.authManager()
    for pem in setting.get("authorities", ()):
        certificate = QSslCertificate(pem.encode())
        assert manager.storeCertAuthority(certificate)
        assert manager.storeCertTrustPolicy(certificate, QgsAuthCertUtils.CertTrustPolicy.Trusted)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()
    if setting.get("configs"):
        assert manager.setMasterPassword(setting["master"], True)
    for config in setting.get("configs", ()):
        _store(config)
    for host, (pem, errors) in setting.get("exceptions", {}).items():
        assert manager.storeSslCertCustomConfig(_exception(host, pem, errors))
    if setting.get("locked"):
        manager.clearMasterPassword()
    _write(setting["settings"])


def _write(values: dict[str, Any]) -> None:
    settings = QgsSettings()
    for name, value in values.items():
        settings.setValue(name, value)
    settings.sync()
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def _change(setting: dict[str, Any]) -> None:
    """Change the settings while something is connected; boxes may vanish at the same time."""
    print("CHANGE", flush=True)
    sys.stdin.readline()
    _write(setting["then"])


def _store(config: dict[str, Any]) -> None:
    entry = QgsAuthMethodConfig(config["method"])
    entry.setId(config["id"])
    entry.setName(config["id"])
    for name, value in config["values"].items():
        entry.setConfig(name, value)
    stored, _ = QgsApplication.authManager().storeAuthenticationConfig(entry)
    assert stored


def _exception(host: str, pem: str, errors: list[str]) -> QgsAuthConfigSslServer:
    config = QgsAuthConfigSslServer()
    config.setSslHostPort(host)
    config.setSslCertificate(QSslCertificate(pem.encode()))
    config.setSslIgnoredErrorEnums([getattr(QSslError.SslError, name) for name in errors])
    return config


def _answer_as_a_desktop(setting: dict[str, Any]) -> None:
    """Do what QGIS's window does with its dialogs: answer the prompt of a proxy, honour saved SSL exceptions.

    On another thread the reply would be deleted before a slot of Python sees it; see ``_ask_in_the_window``.
    """
    manager = QgsNetworkAccessManager.instance()

    def sign_in(_proxy: Any, authenticator: Any) -> None:
        user, password = setting["prompt"]
        if (authenticator.user(), authenticator.password()) != (user, password):
            authenticator.setUser(user)
            authenticator.setPassword(password)

    def forgive(reply: Any, errors: list[QSslError]) -> None:
        host = f"{reply.url().host()}:{reply.url().port(443)}"
        known = QgsApplication.authManager().sslCertCustomConfigByHost(host)
        if not known.isNull() and {e.error() for e in errors} <= set(known.sslIgnoredErrorEnums()):
            reply.ignoreSslErrors()

    if setting.get("prompt"):
        manager.proxyAuthenticationRequired.connect(sign_in)
    manager.sslErrors.connect(forgive)


# --- the parts --------------------------------------------------------------------------------------------------------


def ask_as_qgis(setting: dict[str, Any]) -> Outcome:
    """Make a request as every part of QGIS does."""
    if setting.get("then"):
        _write(setting["settings"])
        _ask_once(setting)
        _change(setting)
    began = time.monotonic()
    return {**_ask_once(setting), "seconds": time.monotonic() - began}


def _ask_once(setting: dict[str, Any]) -> Outcome:
    request = QNetworkRequest(QUrl(setting["asks"]))
    if setting.get("authcfg") is None:
        request.setRawHeader(b"Authorization", setting["key"].encode())
    if setting["prompt"] or setting["exceptions"] or setting["locked"]:
        return _ask_in_the_window(request, setting["proof"])
    asking = QgsBlockingNetworkRequest()
    asking.setAuthCfg(setting.get("authcfg") or "")
    error = asking.get(request, True)
    content = bytes(asking.reply().content())
    reached = error == QgsBlockingNetworkRequest.ErrorCode.NoError and setting["proof"].encode() in content
    text = asking.errorMessage()
    if not reached and not text:
        text = f"an answer of {len(content)} bytes that is not the server's"
    return {"reached": reached, "sentence": "" if reached else text}


def _ask_in_the_window(request: QNetworkRequest, proof: str) -> Outcome:
    """Make a request on the main thread, where a slot of Python can answer for QGIS's dialogs."""
    reply = QgsNetworkAccessManager.instance().get(request)
    _until(reply.isFinished)
    reached = proof.encode() in bytes(reply.readAll())
    return {"reached": reached, "sentence": "" if reached else reply.errorString()}


def ask_as_the_dock(setting: dict[str, Any]) -> Outcome:
    """Open the dock on a connection, as a person does, and read what it says."""
    _write(setting["settings"])
    plugin = _plugin(setting)
    plugin.open_dock()
    dock = plugin.application
    assert dock is not None
    panel = dock.panel
    _until(lambda: _is_settled(dock))
    if setting["then"]:
        assert bool(panel.model.aois()) == setting["connects"], "the change comes too early"
        _change(setting)
        began = time.monotonic()
        return {
            **(_refreshed(dock) if setting["connects"] else _tried_again(dock)),
            "seconds": time.monotonic() - began,
        }
    if setting["file"]:
        return _fetch(dock, setting)
    return _reading(panel)


def _refreshed(dock: Any) -> Outcome:
    """Press Refresh and read what comes of it."""
    ends: list[Any] = []
    dock.catalog.aois_loaded.connect(lambda *_: ends.append("listed"))
    dock.catalog.aois_failed.connect(lambda *_: ends.append("failed"))
    dock.panel.connection_bar.refresh_button.click()
    _until(lambda: ends and _is_settled(dock))
    return _reading(dock.panel)


def _tried_again(dock: Any) -> Outcome:
    """Press Try Again on the page that says why there is no connection, and read what comes of it."""
    dock.panel.state_page.button("retry").click()
    _until(lambda: _is_settled(dock))
    return _reading(dock.panel)


def _reading(panel: Any) -> Outcome:
    if panel.list.age:
        return {"reached": False, "sentence": panel.list.stale_line.label.toolTip()}
    if panel.model.aois():
        return {"reached": True, "sentence": ""}
    label = panel.state_page.findChildren(type(panel.list.count_label), "stateText")
    return {"reached": False, "sentence": label[0].text() if label else panel.state_page.state}


def _is_settled(dock: Any) -> bool:
    panel = dock.panel
    busy = dock.session.state.status.name == "CONNECTING" or panel.jobs.isVisible()
    return not busy and bool(panel.model.aois() or panel.list.stack.currentWidget() is panel.state_page)


def _fetch(dock: Any, setting: dict[str, Any]) -> Outcome:
    """Fetch a file with the dock's client."""
    from pixxel_explorer.plugin.messages.explanation import explain

    ended: list[Outcome] = []
    job = dock.session.job(lambda client, _report: client.files.read(setting["file"]), "a file")
    job.succeeded.connect(lambda data: ended.append({"reached": len(data) > 0, "sentence": ""}))
    job.failed.connect(lambda error: ended.append({"reached": False, "sentence": explain(error).text}))
    job.start()
    _until(lambda: ended)
    return ended[0]


def _plugin(setting: dict[str, Any]) -> Any:
    from pixxel_explorer.plugin.api.config import Connection
    from pixxel_explorer.plugin.plugin import PixxelExplorer

    plugin = PixxelExplorer(Window())
    plugin.initGui()
    connection = Connection(CONNECTION, setting["url"], auth_config=setting.get("authcfg") or "")
    plugin.settings.save_connection(connection)
    plugin.settings.current_connection = CONNECTION
    if setting.get("authcfg") is None:
        plugin.session_keys.set(CONNECTION, setting["key"])
    return plugin


class Window:
    """As much of QGIS's window as the dock asks for."""

    def __init__(self) -> None:
        self._window = QMainWindow()
        self._canvas = QgsMapCanvas(self._window)
        self._canvas.setTemporalController(QgsTemporalNavigationObject(self._window))
        self._tree = QgsLayerTreeView(self._window)
        self._bar = QgsMessageBar(self._window)
        self._window.show()

    def mainWindow(self) -> QMainWindow:
        """Return the window."""
        return self._window

    def mapCanvas(self) -> QgsMapCanvas:
        """Return the map."""
        return self._canvas

    def layerTreeView(self) -> QgsLayerTreeView:
        """Return the layer tree."""
        return self._tree

    def messageBar(self) -> QgsMessageBar:
        """Return the messages above the map."""
        return self._bar

    def addDockWidget(self, area: Any, dock: Any) -> None:
        """Add a dock."""
        self._window.addDockWidget(area, dock)

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name[:3] in ("add", "reg", "rem", "unr"):
            return lambda *_arguments: None
        raise AttributeError(name)


def install(setting: dict[str, Any]) -> Outcome:
    """Install the packages, as the dock does where some are missing."""
    from pixxel_explorer.plugin.host.installation import InstallJob
    from pixxel_explorer.plugin.messages.explanation import explain

    ended: list[Outcome] = []
    job = InstallJob(Path(setting["profile"]) / "packages-of-the-test")
    lines: list[str] = []
    job.output.connect(lines.append)
    job.succeeded.connect(lambda _folder: ended.append({"reached": True, "sentence": ""}))
    job.failed.connect(lambda error: ended.append({"reached": False, "sentence": explain(error).text}))
    job.start()
    _until(lambda: ended)
    return {**ended[0], "said": lines}


def _until(holds: Callable[[], Any], seconds: float = 200) -> None:
    loop, timer = QEventLoop(), QTimer()
    end = time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if holds() or time.monotonic() > end else None)
    timer.start(10)
    if not holds():
        loop.exec()
    timer.stop()
    assert holds(), "nothing came of it"


PARTS = {"qgis": ask_as_qgis, "dock": ask_as_the_dock, "installer": install}

if __name__ == "__main__":
    assert Qgis.QGIS_VERSION_INT >= 34000
    main()
