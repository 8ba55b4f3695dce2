"""QGIS's log panel shows what the plugin logs, without secrets and without doubles."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.host.log import TAG, LogForwarder
from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

NAME = "pixxel_test_of_the_log"


@pytest.fixture
def shown(qgis_app: Any) -> Iterator[list[tuple[str, Any]]]:
    shown: list[tuple[str, Any]] = []

    def note(text: str, tag: str, level: Any) -> None:
        if tag == TAG:
            shown.append((text, level))

    log = QgsApplication.messageLog()
    log.messageReceived[str, str, Qgis.MessageLevel].connect(note)
    yield shown
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(note)


@pytest.fixture
def forwarder() -> Iterator[LogForwarder]:
    forwarder = LogForwarder(NAME)
    forwarder.attach()
    yield forwarder
    forwarder.detach()


def test_levels_are_those_of_qgis(shown: list[tuple[str, Any]], forwarder: LogForwarder) -> None:
    logger = logging.getLogger(f"{NAME}.child")
    logger.debug("for developers")
    logger.info("loaded %d dates", 3)
    logger.warning("odd")
    logger.error("broken")
    level = Qgis.MessageLevel
    assert shown == [("loaded 3 dates", level.Info), ("odd", level.Warning), ("broken", level.Critical)]


def test_secrets_do_not_get_through_even_in_tracebacks(shown: list[tuple[str, Any]], forwarder: LogForwarder) -> None:
    try:
        raise ValueError("Authorization: s3cr3t-key")
    except ValueError:
        logging.getLogger(NAME).exception("request to https://files.example/a?sig=s3cr3t failed")
    ((text, _),) = shown
    assert "Traceback" in text
    assert "s3cr3t" not in text


def test_attaching_again_does_not_double_and_detaching_ends_it(
    shown: list[tuple[str, Any]], forwarder: LogForwarder
) -> None:
    second = LogForwarder(NAME)
    second.attach()
    logging.getLogger(NAME).warning("once")
    second.detach()
    logging.getLogger(NAME).warning("unheard")
    assert [text for text, _ in shown] == ["once"]


def test_the_former_level_comes_back() -> None:
    logger = logging.getLogger(f"{NAME}.level")
    logger.setLevel(logging.ERROR)
    forwarder = LogForwarder(logger.name)
    forwarder.attach()
    assert logger.level == logging.INFO
    forwarder.detach()
    assert logger.level == logging.ERROR


def test_threads_may_log(shown: list[tuple[str, Any]], forwarder: LogForwarder) -> None:
    thread = threading.Thread(target=logging.getLogger(NAME).warning, args=("from a thread",))
    thread.start()
    thread.join()
    QCoreApplication.processEvents()
    assert [text for text, _ in shown] == ["from a thread"]
