"""Sentences about the machine the plugin runs on: its disk, QGIS's key store, its Python packages."""

from __future__ import annotations

import errno
from typing import Any

from ..host.i18n import translate
from .wording import Action, quoted

_DISK = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOENT: "missing",
}


def disk(error: Any) -> tuple[str, Action]:
    """Return the message for an operating system error about a file or the disk."""
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
    """Return the message with the reason why QGIS provided no key."""
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
        "certificate": translate(
            "Messages",
            "The client certificate of this connection cannot be read. Its files may have been moved. "
            "Check the sign-in in QGIS's options (Authentication), then try again.",
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
    if error.reason == "environment":
        text = translate(
            "Messages",
            "PIXXEL_AUTHCFG names the sign-in “{0}”, which this QGIS profile does not hold. Give the id of one that it "
            "holds, or leave the variable out and give a key in PIXXEL_API_KEY.",
        )
        return text.format(quoted(error.subject)), Action.NONE
    if error.reason in texts:
        return texts[error.reason], Action.OPEN_SETTINGS
    return locked, Action.UNLOCK


def install_failed(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why the packages could not be installed."""
    default = translate(
        "Messages", "The packages could not be installed. Open the details below for the output of the installer."
    )
    texts = _install_on_machine() | _install_through_proxy() | _install_from_index()
    texts |= _install_of_files() | _install_certificates()
    reason = "blocked-quoted" if error.reason == "blocked" and error.answer_text else error.reason
    text = texts.get(reason, default).format(error.host, error.proxy, quoted(error.answer_text))
    if error.reason in ("network", "timed-out", "host-not-found") and error.proxy:
        text += " " + translate("Messages", "It was asked through the proxy {0}.").format(error.proxy)
    return text, Action.RETRY


def _install_on_machine() -> dict[str, str]:
    return {
        "no-python": translate(
            "Messages",
            "The packages could not be installed, because QGIS's Python was not found. "
            "Install them with your system's packages, then press Try Again.",
        ),
        "no-pip": translate(
            "Messages",
            "The packages could not be installed, because this Python has no pip. "
            "Install pip (on Debian: python3-venv), then press Install again.",
        ),
        "settings": translate(
            "Messages",
            "The packages could not be installed, because pip's own settings cannot be read. "
            "Correct the file or the variable that the details name, then press Install again.",
        ),
        "disk": translate(
            "Messages", "The packages could not be written to the profile. Check its disk and rights, then try again."
        ),
        "disk-full": translate(
            "Messages",
            "The packages could not be written, because the disk is full. Free some space, then press Install again.",
        ),
    }


def _install_through_proxy() -> dict[str, str]:
    return {
        "proxy-down": translate(
            "Messages", "The proxy {1} was not reached. Check the proxy in QGIS's options, then press Install again."
        ),
        "proxy-locked": translate(
            "Messages",
            "The user name and password of the proxy {1} are in QGIS's password store, which is locked. "
            "Press Install again, and give the master password when QGIS asks for it.",
        ),
        "proxy-login": translate(
            "Messages",
            "The proxy {1} asks for a user name and password. Enter them in QGIS's options under Network, "
            "then press Install again.",
        ),
        "proxy-password": translate(
            "Messages",
            "The proxy {1} refused the user name or password. Correct them in QGIS's options under Network, "
            "then press Install again.",
        ),
        "proxy-refusal": translate(
            "Messages",
            "The proxy {1} did not let the connection to {0} through (“{2}”). Check the proxy's type, user name and "
            "password in QGIS's options under Network, or ask those who run it to allow the connection.",
        ),
    }


def _install_from_index() -> dict[str, str]:
    return {
        "host-not-found": translate(
            "Messages",
            "The package index was not reached, because the name {0} was not found. "
            "Check the network and QGIS's proxy, or install from a folder.",
        ),
        "network": translate(
            "Messages",
            "The package index {0} was not reached. Check the network and QGIS's proxy, or install from a folder.",
        ),
        "timed-out": translate(
            "Messages",
            "The package index {0} did not answer within QGIS's time limit. Press Install again in a moment, "
            "raise the limit in QGIS's options under Network, or install from a folder.",
        ),
        "blocked": translate(
            "Messages",
            "{0} answered with another page in place of the package index. Sign in to the network or ask those who "
            "run it to allow the package index, or install from a folder.",
        ),
        "blocked-quoted": translate(
            "Messages",
            "{0} answered with the page “{2}” in place of the package index. Sign in to the network or ask those who "
            "run it to allow the package index, or install from a folder.",
        ),
        "index-login": translate(
            "Messages",
            "The package index {0} asks for a user name and password. Enter them in pip's settings, "
            "then press Install again.",
        ),
        "index-password": translate(
            "Messages",
            "The package index {0} refused the user name or password of pip's settings. Correct them there, "
            "then press Install again.",
        ),
        "index-refusal": translate(
            "Messages",
            "The package index {0} refused to send a file ({2}). Ask those who run it to allow it, "
            "or install from a folder.",
        ),
        "server": translate(
            "Messages", "The package index {0} failed on its side ({2}). Press Install again in a few minutes."
        ),
        "not-encrypted": translate(
            "Messages",
            "The package index {0} was not asked, because its address is not encrypted. "
            "Enter its https address in pip's settings, or make it a trusted host there.",
        ),
    }


def _install_of_files() -> dict[str, str]:
    return {
        "too-large": translate(
            "Messages",
            "{0} sent more data than a package can have, so the installation was stopped. Install from a folder.",
        ),
        "damaged": translate(
            "Messages",
            "A package did not arrive as the package index describes it, so nothing was installed. "
            "Press Install again; if that does not help, report it to those who run the package index.",
        ),
        "not-found": translate(
            "Messages",
            "The packages could not be installed, because no version fits this Python. "
            "Choose a folder that holds the right wheels.",
        ),
    }


def _install_certificates() -> dict[str, str]:
    return {
        "certificate": translate(
            "Messages",
            "{0} showed a certificate of an authority that is not known here. "
            "Add the authority in QGIS's options under Authentication, or install from a folder.",
        ),
        "certificate-expired": translate(
            "Messages",
            "{0} showed a certificate that has expired. Check this computer's clock, "
            "ask those who run the server or the network to renew it, or install from a folder.",
        ),
        "certificate-name": translate(
            "Messages",
            "{0} showed a certificate that was issued for another name. "
            "Ask those who run the server or the network, or install from a folder.",
        ),
    }


def packages_missing(error: Any) -> tuple[str, Action]:
    """Return the message with the packages that are not installed."""
    names = error.names if hasattr(error, "names") else [str(error.name or error).partition(".")[0]]
    text = translate("Messages", "Python packages are missing: {0}. Open the Pixxel Explorer panel to install them.")
    return text.format(", ".join(names)), Action.OPEN_PANEL


def package_replaced(error: Any) -> tuple[str, Action]:
    """Return the message with the package that was replaced while in use."""
    text = translate(
        "Messages", "{0} {1} was in use when version {2} was installed. Save your work, then restart QGIS."
    )
    return text.format(error.package, error.version, error.installed), Action.NONE


def package_unusable(error: Any) -> tuple[str, Action]:
    """Return the message about an installed package that cannot be imported; the details contain the reason."""
    text = translate(
        "Messages",
        "The Python package {0} {1} in {2} cannot be loaded. It may be damaged or made for another Python. "
        "Install it again from the Pixxel Explorer panel.",
    )
    return text.format(error.package, error.version, error.folder), Action.OPEN_PANEL


def import_failed(error: Any) -> tuple[str, Action]:
    """Return the message that Python could not import a module, which is rarely the plugin's fault."""
    text = translate(
        "Messages",
        "A Python module cannot be loaded: {0}. Restart QGIS; if that does not help, "
        "switch off plugins that bring Python packages of their own.",
    )
    return text.format(quoted(str(error))), Action.NONE
