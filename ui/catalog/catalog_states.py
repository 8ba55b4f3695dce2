"""Pages of the dock when there is no list to show: first run, nothing found, no permission, no connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication

from ...plugin.messages.wording import Action
from ..icons import icon, theme_icon
from ..messages import action_text
from .state_page import PageAction, StatePage

if TYPE_CHECKING:
    from ...plugin.messages.message import Message


def show_first_run(page: StatePage) -> None:
    """Offer three ways in."""
    choices = [
        PageAction(
            "sample",
            _tr("Open Sample Data"),
            _tr("A farm and a lake through one season. No account, no network."),
            icon("sample"),
        ),
        PageAction(
            "signIn",
            _tr("Sign In with a Key…"),
            _tr("Your own projects. The key is kept in QGIS's encrypted store."),
            icon("key"),
        ),
        PageAction("guide", _tr("Read the Guide"), _tr("From the first map to an edited legend."), icon("guide")),
    ]
    page.show_state(
        "first-run",
        _tr("Pixxel Explorer"),
        _tr("See how an index changes over your areas of interest, date by date."),
        choices,
        icon("pixxel"),
    )


def show_closed(page: StatePage) -> None:
    """Show that no connection is open."""
    page.show_state("closed", _tr("Not Connected"), "", [PageAction("retry", _tr("Connect"))], icon("pixxel"))


def show_locked(page: StatePage, connection: str) -> None:
    """Show who is about to ask for the master password, and why, before QGIS does."""
    text = _tr(
        "The key of “{}” is in QGIS's encrypted store. Pixxel Explorer needs it to connect, and QGIS will ask you for "
        "the master password of that store. Nothing is asked until you press the button; other connections and the "
        "sample data work without it."
    )
    page.show_state("locked", _tr("Not Connected Yet"), text.format(connection), _ways_past_the_lock(), icon("key"))


def _ways_past_the_lock() -> list[PageAction]:
    return [
        PageAction("unlock", action_text(Action.UNLOCK), icon=theme_icon("locked")),
        PageAction("settings", action_text(Action.OPEN_SETTINGS), icon=theme_icon("mActionOptions")),
        PageAction("sample", _tr("Open Sample Data"), icon=icon("sample")),
    ]


def show_problem(page: StatePage, message: Message, *, in_project: bool = False, connecting: bool = False) -> None:
    """Show the error and offer the actions that may help."""
    if connecting and message.action is Action.UNLOCK:
        page.show_state("locked", _tr("Not Connected Yet"), message.text, _ways_past_the_lock(), icon("key"))
        return
    choices = [PageAction("retry", action_text(Action.RETRY), icon=theme_icon("mActionRefresh"))]
    if message.action is Action.OPEN_SETTINGS:
        choices.insert(0, PageAction("settings", action_text(Action.OPEN_SETTINGS), icon=theme_icon("mActionOptions")))
    if in_project:
        choices.append(PageAction("allProjects", _tr("Show All Projects")))
    if message.details:
        choices.append(PageAction("details", _tr("Details")))
    headline = _tr("Could Not Connect") if connecting else _tr("Could Not List the AOIs")
    page.show_state("failed" if connecting else "error", headline, message.text, choices, theme_icon("mIconWarning"))


def show_empty(page: StatePage, *, search: str, project: str) -> None:
    """Show that the list is empty, with the reason and the remedy."""
    create = PageAction("createAoi", _tr("Create AOI…"), icon=icon("aoi_create"))
    everything = [PageAction("allProjects", _tr("Show All Projects"))] if project else []
    if search:
        text = _tr("No AOI has “{}” in its name.").format(search)
        clear = PageAction("clearSearch", _tr("Clear Search"))
        page.show_state("empty-search", "", text, [clear, *everything], icon("aoi"))
    elif project:
        text = _tr("No AOIs in this project. Create one from a polygon layer.")
        page.show_state("empty-project", "", text, [create, *everything], icon("aoi"))
    else:
        text = _tr("No AOIs yet. Create one from a polygon layer.")
        page.show_state("empty", "", text, [create], icon("aoi"))


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("CatalogStates", text))
