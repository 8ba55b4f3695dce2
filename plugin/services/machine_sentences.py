"""Sentences about the machine the plugin runs on: its disk, QGIS's key store, its Python packages."""

from __future__ import annotations

import errno
from typing import Any

from .wording import Action, quoted, translate

_DISK = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOENT: "missing",
}


def disk(error: Any) -> tuple[str, Action]:
    """Say what the disk refused."""
    name = str(error.filename or "")
    texts = {
        "full": translate("Messages", "The disk is full. Free some space, then try again."),
        "denied": translate("Messages", "A file may not be written: {0}. Choose another folder.").format(name),
        "missing": translate("Messages", "A file or folder is missing: {0}. Choose another folder.").format(name),
    }
    default = translate("Messages", "A file could not be read or written: {0}. Check the disk, then try again.").format(
        quoted(name or str(error.strerror or error))
    )
    return texts.get(_DISK.get(error.errno, ""), default), Action.RETRY


def credentials_unavailable(error: Any) -> tuple[str, Action]:
    """Say why QGIS gave no key."""
    texts = {
        "disabled": translate(
            "Messages",
            "QGIS's password store is switched off, so no key can be read or kept. "
            "Switch it on in QGIS's options, or open Connection Settings to enter a key for this session.",
        ),
        "entry": translate(
            "Messages",
            "The stored sign-in of this connection is missing or cannot be read. "
            "Open Connection Settings to enter the key again.",
        ),
        "method": translate(
            "Messages",
            "This QGIS cannot keep keys of this kind. Open Connection Settings to enter a key for this session.",
        ),
    }
    locked = translate(
        "Messages",
        "QGIS's password store is locked, so the key cannot be read. Unlock it with the master password, "
        "or open Connection Settings to enter a key for this session.",
    )
    return texts.get(error.reason, locked), Action.OPEN_SETTINGS


def install_failed(error: Any) -> tuple[str, Action]:
    """Say why the packages could not be installed."""
    texts = {
        "no-python": translate(
            "Messages",
            "The packages could not be installed, because QGIS's Python was not found. "
            "Install them with your system's packages, then press Retry.",
        ),
        "no-pip": translate(
            "Messages",
            "The packages could not be installed, because this Python has no pip. "
            "Install pip (on Debian: python3-venv), then press Install again.",
        ),
        "network": translate(
            "Messages",
            "The packages could not be fetched, because the package index was not reached. "
            "Check the network and QGIS's proxy, or install from a folder.",
        ),
        "certificate": translate(
            "Messages",
            "The packages could not be fetched, because the package index could not prove who it is. "
            "Check the certificates of your network, or install from a folder.",
        ),
        "not-found": translate(
            "Messages",
            "The packages could not be installed, because no version fits this Python. "
            "Choose a folder that holds the right wheels.",
        ),
        "disk": translate(
            "Messages", "The packages could not be written to the profile. Check its disk and rights, then try again."
        ),
    }
    default = translate("Messages", "The packages could not be installed. Look at the lines below for the reason.")
    return texts.get(error.reason, default), Action.RETRY
