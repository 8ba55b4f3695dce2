"""Texts for ``messages``: one function per error, which receives it and returns the text and the action to offer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..api.transport.retrying import is_safe
from ..host.i18n import translate
from ..legend.vocabulary import MOST_DYNAMIC
from .check_sentences import problem_text
from .download_sentences import archive_refused, asset_not_ready, download_damaged, download_failed, no_assets
from .foreign_sentences import foreign_answer, gateway_failed
from .legend_sentences import transparency_refused, write_refused
from .machine_sentences import (
    credentials_unavailable,
    disk,
    import_failed,
    install_failed,
    package_replaced,
    package_unusable,
    packages_missing,
)
from .network_sentences import timed_out, transport_failed
from .number_sentences import number_refused
from .numbers import count_text
from .outcome_sentences import (
    not_created,
    outcome_unknown,
    redirect_refused,
    refused_by_state,
    rollback_uncertain,
)
from .polygon_sentences import polygon_refused
from .raster_sentences import (
    classes_refused,
    instead_of_picture,
    picture_unreadable,
    raster_too_large,
    raster_unreadable,
)
from .style_sentences import sld_refused, style_not_drawable, style_without_classes
from .table_sentences import table_unreadable
from .wording import Action, quoted

__all__ = ["SENTENCES", "Action", "translate"]

_MOST_SHOWN = 40  # characters of an id that is too long


def _listed(names: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, …"


def _invalid_config(error: Any) -> tuple[str, Action]:
    if error.reason == "id":
        return _no_id(error.subject), Action.NONE
    texts = {
        "key-missing": translate(
            "Messages", "There is no key for this connection. Open Connection Settings to enter one."
        ),
        "key": translate(
            "Messages",
            "The key contains characters that a key cannot have. Open Connection Settings and paste it again.",
        ),
        "scheme": translate(
            "Messages", "The way to send the key is not understood: {0}. PIXXEL_AUTH_SCHEME is raw or bearer."
        ).format(quoted(error.subject)),
        "plain-http": translate(
            "Messages",
            "The address is not encrypted, so the key could be read on the way. "
            "Open Connection Settings and use one that begins with https.",
        ),
        "url-credentials": translate(
            "Messages", "The address contains a user name or password. Open Connection Settings and take it out."
        ),
    }
    default = translate(
        "Messages",
        "The address of the server cannot be used. Open Connection Settings and enter one that begins with https.",
    )
    return texts.get(error.reason, default), Action.OPEN_SETTINGS


def _no_id(text: str) -> str:
    """Return that a text is no id, shortened where that is because of its length."""
    if not text.strip():
        return translate("Messages", "An id is empty, so nothing was sent. Enter it.")
    if len(text) > _MOST_SHOWN:
        sentence = translate(
            "Messages", "“{0}…” has {1} characters, which no id has, so nothing was sent. Check what was entered."
        )
        return sentence.format(quoted(text[:_MOST_SHOWN]), count_text(len(text)))
    return translate("Messages", "“{0}” is no id, so nothing was sent. Check what was entered.").format(quoted(text))


def _invalid_request(error: Any) -> tuple[str, Action]:
    text = translate("Messages", "Nothing was sent, since {0} cannot be used: {1}. Correct it, then try again.")
    return text.format(quoted(error.field), error.reason), Action.NONE


def _key_refused(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages",
        "The key was refused. It may have expired or lack access to this project. "
        "Open Connection Settings to enter another.",
    ), Action.OPEN_SETTINGS


def _not_found(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The server no longer has this. It may have been deleted or moved. Refresh the list."
    ), Action.RELOAD


def _conflict(error: Any) -> tuple[str, Action]:
    by_state = refused_by_state(error)
    if by_state is not None:
        return by_state
    if error.method in ("PUT", "PATCH", "DELETE"):  # it exists, and another user is changing it
        text = translate(
            "Messages", "Nothing was changed: the server says it was changed meanwhile. Reload it, then try again."
        )
        return text, Action.RELOAD
    if error.message:
        text = translate(
            "Messages", "The server already has one with this name or content: “{0}”. Choose another name."
        ).format(quoted(error.message))
        return text, Action.NONE
    return translate(
        "Messages", "The server already has one with this name or content. Choose another name."
    ), Action.NONE


def _rate_limited(error: Any) -> tuple[str, Action]:
    what = translate("Messages", "The server received too many requests.")
    if error.method and not is_safe(error.method, error.path):
        what = translate("Messages", "The server received too many requests, so nothing was changed.")
    if error.retry_after:
        text = _try_again_in(error.retry_after)
    else:
        text = translate("Messages", "Wait a minute, then try again.")
    return f"{what} {text}", Action.RETRY


def _try_again_in(seconds: float) -> str:
    """Return when to try again, rounded up to minutes or hours where seconds are hard to read."""
    if seconds <= 120:
        return translate("Messages", "Try again in {0} seconds.").format(count_text(max(1, round(seconds))))
    if seconds <= 2 * 3600:
        return translate("Messages", "Try again in {0} minutes.").format(count_text(math.ceil(seconds / 60)))
    return translate("Messages", "Try again in {0} hours.").format(count_text(math.ceil(seconds / 3600)))


def _request_rejected(error: Any) -> tuple[str, Action]:
    by_state = refused_by_state(error)
    if by_state is not None:
        return by_state
    if error.message:
        text = translate("Messages", "The server refused this: “{0}”. Change the input, then try again.").format(
            quoted(error.message)
        )
        return text, Action.NONE
    return translate(
        "Messages", "The server refused this without saying why. Check the input, then try again."
    ), Action.NONE


def _server_failed(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The server failed on its side. Nothing is wrong with your input. Try again in a few minutes."
    ), Action.RETRY


def _answer_too_large(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages",
        "The server's answer holds far more entries than a page can have, so it was not read. "
        "Narrow the filter, and report it if it stays so.",
    ), Action.RETRY


def _bad_answer(error: Any) -> tuple[str, Action]:
    if error.found:
        return instead_of_picture(error.found), Action.RETRY
    return translate(
        "Messages",
        "The server's answer could not be understood. It may be damaged or from a newer server. "
        "Try again, and report it with its details.",
    ), Action.RETRY


def _legend_invalid(error: Any) -> tuple[str, Action]:
    if not error.problems:
        return translate("Messages", "The legend cannot be pushed."), Action.NONE
    what = problem_text(error.problems[0])
    text = translate("Messages", "The legend cannot be pushed. {0}")
    return text.format(what[:1].upper() + what[1:]), Action.NONE


def _expression_invalid(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages",
        "The index expression cannot be understood. "
        "Use band names, numbers, brackets and arithmetic, as in (B08 - B04) / (B08 + B04).",
    ), Action.NONE


def _cancelled(_error: Any) -> tuple[str, Action]:
    return translate("Messages", "Stopped before the end. What was finished is kept. Start again when ready."), (
        Action.RETRY
    )


def _sources_differ(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The band rasters do not lie on one grid. Choose bands of the same image and resolution."
    ), Action.NONE


def _not_connected(_error: Any) -> tuple[str, Action]:
    return translate("Messages", "No server is connected. Choose a connection first."), Action.OPEN_SETTINGS


def _unknown_name(error: Any) -> tuple[str, Action]:
    kinds = {
        "project": translate("Messages", "project"),
        "satellite": translate("Messages", "satellite"),
        "asset": translate("Messages", "asset"),
    }
    kind = kinds.get(error.kind, error.kind)
    if error.matches:
        text = translate("Messages", "Several have the name “{1}” ({0}). Use the id of one instead: {2}.")
    else:
        text = translate("Messages", "There is no {0} “{1}”, or the key has no access to it. Check the name or id.")
    return text.format(kind, quoted(error.text), _listed(error.matches)), Action.NONE


def _no_collections(error: Any) -> tuple[str, Action]:
    text = translate("Messages", "The server lists no images of {0} to search. Choose another satellite.")
    return text.format(quoted(error.satellite)), Action.NONE


def _search_too_wide(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "The area has {0} separate polygons, and at most {1} are searched at once. Select fewer, or search their "
        "extent.",
    )
    return text.format(count_text(error.count), count_text(error.most)), Action.NONE


def _unknown_date(error: Any) -> tuple[str, Action]:
    if not error.available:
        return translate("Messages", "The visualization has no dates yet. Wait until it is computed."), Action.RELOAD
    text = translate("Messages", "The visualization has no date {0}. It has {1}. Choose among these.")
    return text.format(_listed(error.dates), _listed(error.available)), Action.NONE


def _several_dates(error: Any) -> tuple[str, Action]:
    text = translate("Messages", "{0} means several dates: {1}. Name one of them, a scene by its label or its key.")
    return text.format(error.parameter, _listed(error.labels)), Action.NONE


def _date_not_understood(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "{0} is not understood: “{1}”. Write days as YYYY-MM-DD with commas between, "
        "or an interval as 2025-05-01/2025-05-31.",
    ).format(error.parameter, quoted("”, “".join(error.pieces)))
    if error.available:
        text += " " + translate("Messages", "The visualization has {0}.").format(_listed(error.available))
    return text, Action.NONE


def _not_ready(error: Any) -> tuple[str, Action]:
    if error.state.has_failed:
        text = translate(
            "Messages", "The server could not compute this visualization. Create it again, perhaps with other assets."
        )
    elif not error.state.is_under_way:
        text = translate(
            "Messages",
            "The server says “{0}” of this visualization, which is not known to mean that it is ready. "
            "Check again later.",
        ).format(quoted(error.word))
    elif error.has_waited:
        text = translate("Messages", "The visualization is still being computed after a long wait. Check again later.")
    else:
        text = translate("Messages", "The visualization is still being computed. Wait until it is ready.")
    return text, Action.RELOAD


def _manifest_unreadable(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "The folder has a manifest that cannot be read, so nothing is added to it: {0}. "
        "Move that file away, or choose another folder.",
    )
    return text.format(error.path), Action.NONE


def _no_place(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The picture has no place on the map, because its AOI has no outline. Add the values instead."
    ), Action.NONE


def _no_legend(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The visualization has no legend in this mode. Composites have none; else try the other mode."
    ), Action.NONE


def _no_classes(_error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The legend is a colour ramp, which has no classes to measure. Try the other legend mode."
    ), Action.NONE


def _date_refused(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "The server does not know the date {0} in the form {1}, which was derived because it lists none. "
        "Refresh the list, and if that does not help, report it with its details.",
    )
    return text.format(error.day, error.form), Action.RETRY


def _one_picture_a_day(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "The server has several scenes of this day and gives one picture of them, so {0} is not available as a "
        "picture. Add this date as values instead.",
    )
    return text.format(error.day), Action.NONE


def _no_values(error: Any) -> tuple[str, Action]:
    return translate(
        "Messages", "The server offers no value raster for {0}. Add this date as a picture instead."
    ).format(error.day), Action.NONE


def _not_computable(error: Any) -> tuple[str, Action]:
    texts = {
        "expression": translate(
            "Messages",
            "The server offers no value raster for {0}, and its formula “{1}” cannot be computed here. Add this date "
            "as a picture instead.",
        ),
        "band": translate(
            "Messages",
            "The server offers no value raster for {0}, and its image has no band {1} to compute one from. Add this "
            "date as a picture instead.",
        ),
    }
    return texts[error.reason].format(error.day, quoted(error.detail)), Action.NONE


def _some_created(error: Any) -> tuple[str, Action]:
    text = translate("Messages", "{0} was created, but {1} was not. {2}")
    cause = sentence_of(error.__cause__) if error.__cause__ is not None else None
    return text.format(_listed(error.created), error.name, cause[0] if cause else "").strip(), Action.RELOAD


def _bins_refused(error: Any) -> tuple[str, Action]:
    if error.reason == "mode":
        return translate(
            "Messages", "Classes can be recomputed in dynamic mode only. Switch the mode, or roll back instead."
        ), Action.NONE
    if error.reason == "legend-mode":
        text = translate(
            "Messages",
            "Nothing was sent: BINS is {0}, but only dynamic legends have a number of classes to compute. "
            "Leave BINS out, or choose the dynamic mode.",
        )
        return text.format(count_text(error.bins)), Action.NONE
    if error.reason == "legend":
        text = translate(
            "Messages",
            "Nothing was sent: the legend in INPUT has {1} classes, but BINS is {0}. "
            "Leave BINS out to send the legend, or INPUT to have classes computed.",
        )
        return text.format(count_text(error.bins), count_text(error.classes)), Action.NONE
    text = translate("Messages", "A dynamic legend has 1 to {0} classes. Choose a number in this range.")
    return text.format(MOST_DYNAMIC), Action.NONE


def _push_blocked(error: Any) -> tuple[str, Action]:
    text = translate(
        "Messages",
        "Nothing was pushed. The server did not return the full legend of {0}, which a push could lose. "
        "Push a legend for every date.",
    )
    return text.format(_listed(error.dates)), Action.NONE


def _push_conflict(error: Any) -> tuple[str, Action]:
    dates = tuple(str(conflict["date"]) for conflict in error.report.conflicts)
    text = translate(
        "Messages",
        "Nothing was pushed. Another user changed the legend of {0} meanwhile. "
        "Compare the two, then push again or overwrite.",
    )
    return text.format(_listed(dates)), Action.RELOAD


def _push_uncertain(error: Any) -> tuple[str, Action]:
    if error.state == "unchanged":
        return translate(
            "Messages", "The push did not get through, and the server still holds the old legend. Push again."
        ), Action.RETRY
    return translate(
        "Messages",
        "The push was not confirmed, and the server now holds neither the old legend nor yours. "
        "Compare the two, then push again.",
    ), Action.RELOAD


SENTENCES: dict[str, Callable[[Any], tuple[str, Action]]] = {
    "InvalidConfig": _invalid_config,
    "InvalidRequest": _invalid_request,
    "TransportFailed": transport_failed,
    "TimedOut": timed_out,
    "RedirectRefused": redirect_refused,
    "ForeignAnswer": foreign_answer,
    "OutcomeUnknown": outcome_unknown,
    "NotAuthorised": _key_refused,
    "Forbidden": _key_refused,
    "NotFound": _not_found,
    "NumberRefused": number_refused,
    "Conflict": _conflict,
    "RateLimited": _rate_limited,
    "RequestRejected": _request_rejected,
    "ServerFailed": _server_failed,
    "GatewayFailed": gateway_failed,
    "AnswerTooLarge": _answer_too_large,
    "BadAnswer": _bad_answer,
    "DownloadDamaged": download_damaged,
    "PictureUnreadable": picture_unreadable,
    "ClassesRefused": classes_refused,
    "RasterTooLarge": raster_too_large,
    "RasterUnreadable": raster_unreadable,
    "LegendInvalid": _legend_invalid,
    "SldRefused": sld_refused,
    "StyleNotDrawable": style_not_drawable,
    "StyleWithoutClasses": style_without_classes,
    "TableUnreadable": table_unreadable,
    "ExpressionInvalid": _expression_invalid,
    "SourcesDiffer": _sources_differ,
    "CredentialsUnavailable": credentials_unavailable,
    "InstallFailed": install_failed,
    "PackagesMissing": packages_missing,
    "PackageReplaced": package_replaced,
    "PackageUnusable": package_unusable,
    "ModuleNotFoundError": packages_missing,
    "ImportError": import_failed,
    "OSError": disk,
    "CancelledError": _cancelled,
    "NotConnected": _not_connected,
    "UnknownName": _unknown_name,
    "NoCollections": _no_collections,
    "SearchTooWide": _search_too_wide,
    "UnknownDate": _unknown_date,
    "SeveralDates": _several_dates,
    "DateNotUnderstood": _date_not_understood,
    "NotReady": _not_ready,
    "ManifestUnreadable": _manifest_unreadable,
    "NoPlace": _no_place,
    "NoLegend": _no_legend,
    "NoClasses": _no_classes,
    "DateRefused": _date_refused,
    "OnePictureADay": _one_picture_a_day,
    "NoValues": _no_values,
    "NotComputable": _not_computable,
    "AssetNotReady": asset_not_ready,
    "NoAssets": no_assets,
    "DownloadFailed": download_failed,
    "ArchiveRefused": archive_refused,
    "PolygonRefused": polygon_refused,
    "SomeCreated": _some_created,
    "BinsRefused": _bins_refused,
    "PushBlocked": _push_blocked,
    "TransparencyLost": transparency_refused,
    "PushConflict": _push_conflict,
    "PushUncertain": _push_uncertain,
    "RollbackUncertain": rollback_uncertain,
    "WriteRefused": write_refused,
    "NotCreated": not_created,
}


def sentence_of(error: BaseException) -> tuple[str, Action] | None:
    """Return the text for an error and the action to offer, by the nearest base class with one; else ``None``."""
    for cls in type(error).__mro__:
        sentence = SENTENCES.get(cls.__name__)
        if sentence is not None:
            return sentence(error)
    return None
