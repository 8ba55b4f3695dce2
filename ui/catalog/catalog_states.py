"""Pages of the dock when there is no list to show: first run, nothing found, no permission, no connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plugin.host.i18n import translate
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
            translate("CatalogStates", "Open Sample Data"),
            translate("CatalogStates", "A farm and a lake through one season. No account, no network."),
            icon("sample"),
        ),
        PageAction(
            "signIn",
            translate("CatalogStates", "Sign In with a Key…"),
            translate("CatalogStates", "Your own projects. The key is kept in QGIS's encrypted store."),
            icon("key"),
        ),
        PageAction(
            "guide",
            translate("CatalogStates", "Read the Guide"),
            translate("CatalogStates", "From the first map to an edited legend."),
            icon("guide"),
        ),
    ]
    page.show_state(
        "first-run",
        translate("CatalogStates", "Pixxel Explorer"),
        translate("CatalogStates", "See how an index changes over your areas of interest, date by date."),
        choices,
        icon("pixxel"),
    )


def show_closed(page: StatePage) -> None:
    """Show that no connection is open."""
    page.show_state(
        "closed",
        translate("CatalogStates", "Not Connected"),
        "",
        [PageAction("retry", translate("CatalogStates", "Connect"))],
        icon("pixxel"),
    )


def show_locked(page: StatePage, connection: str) -> None:
    """Show who is about to ask for the master password, and why, before QGIS does."""
    text = translate(
        "CatalogStates",
        "The key of “{}” is in QGIS's encrypted store. Pixxel Explorer needs it to connect, and QGIS will ask you for "
        "the master password of that store. QGIS does not ask until you press the button; other connections and the "
        "sample data work without it.",
    )
    page.show_state(
        "locked",
        translate("CatalogStates", "Not Connected Yet"),
        text.format(connection),
        _ways_past_the_lock(),
        icon("key"),
    )


def _ways_past_the_lock() -> list[PageAction]:
    return [
        PageAction("unlock", action_text(Action.UNLOCK), icon=theme_icon("locked")),
        PageAction("settings", action_text(Action.OPEN_SETTINGS), icon=theme_icon("mActionOptions")),
        PageAction("sample", translate("CatalogStates", "Open Sample Data"), icon=icon("sample")),
    ]


def show_problem(page: StatePage, message: Message, *, in_project: bool = False, connecting: bool = False) -> None:
    """Show the error and offer the actions that may help."""
    if connecting and message.action is Action.UNLOCK:
        page.show_state(
            "locked", translate("CatalogStates", "Not Connected Yet"), message.text, _ways_past_the_lock(), icon("key")
        )
        return
    choices = [PageAction("retry", action_text(Action.RETRY), icon=theme_icon("mActionRefresh"))]
    if message.action is Action.OPEN_SETTINGS:
        choices.insert(0, PageAction("settings", action_text(Action.OPEN_SETTINGS), icon=theme_icon("mActionOptions")))
    if in_project:
        choices.append(PageAction("allProjects", translate("CatalogStates", "Show All Projects")))
    if message.details:
        choices.append(PageAction("details", translate("CatalogStates", "Details")))
    headline = (
        translate("CatalogStates", "Could Not Connect")
        if connecting
        else translate("CatalogStates", "Could Not List the AOIs")
    )
    page.show_state("failed" if connecting else "error", headline, message.text, choices, theme_icon("mIconWarning"))


def show_empty(page: StatePage, *, search: str, project: str) -> None:
    """Show that the list is empty, with the reason and the remedy."""
    create = PageAction("createAoi", translate("CatalogStates", "Create AOI…"), icon=icon("aoi_create"))
    everything = [PageAction("allProjects", translate("CatalogStates", "Show All Projects"))] if project else []
    if search:
        text = translate("CatalogStates", "No AOI has “{}” in its name.").format(search)
        clear = PageAction("clearSearch", translate("CatalogStates", "Clear Search"))
        page.show_state("empty-search", "", text, [clear, *everything], icon("aoi"))
    elif project:
        text = translate("CatalogStates", "No AOIs in this project. Create one from a polygon layer.")
        page.show_state("empty-project", "", text, [create, *everything], icon("aoi"))
    else:
        text = translate("CatalogStates", "No AOIs yet. Create one from a polygon layer.")
        page.show_state("empty", "", text, [create], icon("aoi"))
