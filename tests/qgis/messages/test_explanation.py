"""Every error is one short message in plain words: what, why, what to do; codes stay in the details."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import re
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.status import State
from pixxel_explorer.plugin.catalog import errors as catalog_errors
from pixxel_explorer.plugin.downloads import errors as download_errors
from pixxel_explorer.plugin.host.credentials import CredentialsUnavailable
from pixxel_explorer.plugin.host.dependencies import PackageReplaced, PackagesMissing
from pixxel_explorer.plugin.host.installation import InstallFailed, InstallReason
from pixxel_explorer.plugin.host.isolation import Home, PackageUnusable
from pixxel_explorer.plugin.imagery.errors import ClassesRefused, Interrupted, RasterTooLarge, RasterUnreadable
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.layers.errors import PolygonRefused, Repair, StyleWithoutClasses
from pixxel_explorer.plugin.legend.check import LegendInvalid, Problem, ProblemCode
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend.table_errors import TableUnreadable
from pixxel_explorer.plugin.legend_sync import errors as legend_errors
from pixxel_explorer.plugin.legend_sync.report import PushReport, conflict
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.plugin.processing.errors import InputRefused
from pixxel_explorer.plugin.sld.renderers.errors import StyleNotDrawable

REPORT = PushReport(conflicts=[conflict("2025-05-02", Legend(), Legend(), None)])
LOST = [{"date": "2025-05-02", "class_index": 1, "label": "Sparse", "opacity": 0.5}]
ONE, TWO = Repair(5000, 12.3e6, 1), Repair(0, 900, 2)
PATH = "/v0/aois/8e0c/visualizations"
HOST = "api.example.com"
BLOCKED = errors.ForeignAnswer(
    "page", 403, asked=HOST, host=HOST, title="Site blocked", text="Category: games.", server="WebGuard/4.2"
)
BUSY = errors.GatewayFailed(503)
BUSY.page, BUSY.server = ("", "Busy"), "nginx"
TITLED = errors.GatewayFailed(503)
TITLED.page = ("Busy", "Busy")
CASES: list[tuple[Exception, Action, str]] = [
    (errors.ApiError("x"), Action.RETRY, "unexpected"),
    (errors.InvalidRequest("dates", "a text is needed"), Action.NONE, "dates"),
    (errors.InvalidConfig("url", "ftp://x"), Action.OPEN_SETTINGS, "https"),
    (errors.InvalidConfig("url-credentials", "host"), Action.OPEN_SETTINGS, "password"),
    (errors.InvalidConfig("plain-http", "host"), Action.OPEN_SETTINGS, "not encrypted"),
    (errors.InvalidConfig("scheme", "basic"), Action.OPEN_SETTINGS, "basic. PIXXEL_AUTH_SCHEME"),
    (errors.InvalidConfig("key"), Action.OPEN_SETTINGS, "paste it again"),
    (errors.InvalidConfig("key-missing"), Action.OPEN_SETTINGS, "no key"),
    (errors.TransportFailed("connect", "GET", PATH), Action.RETRY, "could not be reached"),
    (errors.TransportFailed("connect", "GET", PATH, proxy="p:1"), Action.RETRY, "through the proxy p:1"),
    (errors.TransportFailed("host", "GET", PATH), Action.RETRY, "name was not found"),
    (errors.TransportFailed("read", "GET", PATH), Action.RETRY, "ended the connection"),
    (errors.TransportFailed("protocol", "GET", PATH), Action.RETRY, "answer was garbled"),
    (errors.TransportFailed("tls", "GET", PATH), Action.RETRY, "certificate"),
    (errors.TransportFailed("tls-expired", "GET", PATH, subject="2026-11-27"), Action.RETRY, "ends on 2026-11-27"),
    (errors.TransportFailed("tls-name", "GET", PATH, subject="x.test"), Action.RETRY, "another name: x.test"),
    (errors.TransportFailed("tls-unknown", "GET", PATH, subject="Corp CA"), Action.RETRY, "issued by “Corp CA”"),
    (errors.TransportFailed("proxy", "GET", PATH, proxy="p:1"), Action.RETRY, "proxy p:1"),
    (errors.TransportFailed("proxy-refused", "GET", PATH, proxy="p:1"), Action.RETRY, "p:1 takes no connections"),
    (errors.TransportFailed("proxy-host", "GET", PATH, proxy="p:1"), Action.RETRY, "p:1 was not found"),
    (errors.TransportFailed("proxy-unreached", "GET", PATH, proxy="p:1"), Action.RETRY, "p:1 does not reach"),
    (errors.TransportFailed("proxy-password", "GET", PATH, proxy="p:1"), Action.RETRY, "p:1 refused the user name"),
    (errors.TransportFailed("proxy-sign-in", "GET", PATH, proxy="p:1"), Action.RETRY, "none was given"),
    (
        errors.TransportFailed("proxy-ways", "GET", PATH, proxy="p:1"),
        Action.RETRY,
        "The proxy p:1 requires a sign-in that",
    ),
    (errors.TransportFailed("proxy-locked", "GET", PATH), Action.RETRY, "locked"),
    (errors.TransportFailed("proxy-refusal", "GET", PATH), Action.RETRY, "does not allow"),
    (errors.TimedOut("connect", "GET", PATH, proxy="p:1"), Action.RETRY, "Neither the proxy p:1"),
    (errors.TimedOut("read", "GET", PATH), Action.RETRY, "in time"),
    (errors.RedirectRefused(302, "login.test", "PUT", PATH), Action.OPEN_SETTINGS, "redirect (302) to login.test"),
    (errors.RedirectRefused(302, "plain.test", "GET", PATH), Action.OPEN_SETTINGS, "(plain.test), so it was not"),
    (
        BLOCKED,
        Action.RETRY,
        "by the page “Site blocked” of WebGuard/4.2 instead of the Pixxel platform: “Category: games”",
    ),
    (
        errors.ForeignAnswer("sign-in", 200, asked=HOST, host="login.example.org", title="Guests", text="Welcome"),
        Action.RETRY,
        "by login.example.org (the page “Guests”) instead of the Pixxel platform: “Welcome”. Open https://api.example.com",
    ),
    (
        errors.ForeignAnswer("sign-in", 302, asked=HOST, host="login.example.org"),
        Action.RETRY,
        "by login.example.org instead of the Pixxel platform. Open",
    ),
    (
        errors.ForeignAnswer("circle", 302, asked=HOST, host=HOST),
        Action.RETRY,
        "in a circle by a device in the network",
    ),
    (BUSY, Action.RETRY, "a page of nginx: “Busy”. Try again"),
    (errors.GatewayFailed(502), Action.RETRY, "on its side"),
    (TITLED, Action.RETRY, "answered with the page “Busy”. Try again"),
    (
        errors.OutcomeUnknown("PUT", "/v0/x", BLOCKED),
        Action.RELOAD,
        "The answer was the page “Site blocked” of WebGuard/4.2: “Cat",
    ),
    (errors.OutcomeUnknown("PUT", PATH), Action.RELOAD, "may or may not"),
    (errors.InvalidConfig("id", "x" * 2000), Action.NONE, "…” has"),
    (errors.InvalidConfig("id", ".."), Action.NONE, "“..” is no id"),
    (errors.InvalidConfig("id", ""), Action.NONE, "An id is empty"),
    (errors.RequestRejected(400, message="name too long", path=PATH), Action.NONE, "“name too long”"),
    (errors.RequestRejected(418), Action.NONE, "without saying why"),
    (errors.NotAuthorised(401), Action.OPEN_SETTINGS, "key was refused"),
    (errors.Forbidden(403), Action.OPEN_SETTINGS, "key was refused"),
    (errors.NotFound(404), Action.RELOAD, "no longer"),
    (errors.Conflict(409, message="Farm exists"), Action.NONE, "“Farm exists”"),
    (errors.Conflict(409), Action.NONE, "another name"),
    (errors.RateLimited(429, retry_after=7.4), Action.RETRY, "7 seconds"),
    (errors.RateLimited(429, retry_after=3600), Action.RETRY, "in 60 minutes"),
    (errors.RateLimited(429, retry_after=90_000), Action.RETRY, "in 25 hours"),
    (errors.RateLimited(429), Action.RETRY, "too many requests"),
    (errors.ServerFailed(503, request_id="r-1"), Action.RETRY, "on its side"),
    (errors.BadAnswer("aois[3].aoi_id", "an id is expected"), Action.RETRY, "could not be understood"),
    (errors.DownloadDamaged("md5", "x.tif"), Action.RETRY, "arrived damaged"),
    (errors.TransportFailed("headers", "GET", PATH), Action.RETRY, "far more headers"),
    (errors.AnswerTooLarge("aois", "too many"), Action.RETRY, "far more entries"),
    (PictureUnreadable("damaged"), Action.RETRY, "damaged"),
    (PictureUnreadable("extent"), Action.RETRY, "outline of its AOI"),
    (PictureUnreadable("not-png", found="WMS"), Action.RETRY, "web service"),
    (errors.BadAnswer("png", "a PNG is expected", found="PDF"), Action.RETRY, "a PDF document"),
    (RasterUnreadable("vanished", "a.tif"), Action.RETRY, "was removed while dates were loaded"),
    (RasterUnreadable("not-of-earth", "a.tif", "Moon (2015)"), Action.RETRY, "“Moon (2015)”"),
    (RasterUnreadable("off-earth", "a.tif"), Action.RETRY, "not on the Earth"),
    (RasterUnreadable("not-raster", "a.tif", found="HTML"), Action.RETRY, "a.tif is a web page"),
    (ClassesRefused("share", share=0.9799), Action.NONE, "Only 97.9 % of the picture"),
    (ClassesRefused("same-colour", ("Low", "High")), Action.NONE, "“Low” and “High” have the same colour"),
    (ClassesRefused("too-many"), Action.NONE, "too many classes"),
    (ClassesRefused("no-classes"), Action.NONE, "no classes in this mode"),
    (RasterTooLarge("picture", "", (20000, 20000), 10**8), Action.NONE, "20,000 × 20,000"),
    (download_errors.ArchiveRefused("foreign", "JSON"), Action.RETRY, "a text document"),
    (RasterUnreadable("no-crs", "x.tif"), Action.RETRY, "value raster"),
    (LegendInvalid([]), Action.NONE, "cannot be pushed"),
    (LegendInvalid([Problem(ProblemCode.OPEN_END, 2, None, (0.5, None))]), Action.NONE, "Class 3 is open"),
    *[
        (StyleWithoutClasses(drawing, "a.qml"), Action.NONE, "a.qml")
        for drawing in (
            "ramp",
            "values",
            "palette",
            "grey",
            "colours",
            "one-colour",
            "hillshade",
            "contour",
            "vector",
            "empty",
            "other",
        )
    ],
    (StyleNotDrawable("empty"), Action.NONE, "without any class"),
    (TableUnreadable("encoding"), Action.NONE, "UTF-8"),
    (TableUnreadable("empty"), Action.NONE, "no classes"),
    (TableUnreadable("not-json", row=3, text="Expecting value"), Action.NONE, "line 3 (Expecting value)"),
    (TableUnreadable("not-json"), Action.NONE, "damaged"),
    (TableUnreadable("date-twice", text="2025-05-02"), Action.NONE, "“2025-05-02” twice"),
    (TableUnreadable("no-columns", row=1, text="min, max"), Action.NONE, "no column min, max in row 1"),
    (TableUnreadable("column-twice", row=1, text="min"), Action.NONE, "column min twice"),
    (TableUnreadable("cells", row=4, text="7, 5"), Action.NONE, "Row 4"),
    (TableUnreadable("quotes", row=4), Action.NONE, "Row 4"),
    (TableUnreadable("no-date", row=4), Action.NONE, "Row 4"),
    (TableUnreadable("number", row=4, column="min", text="low"), Action.NONE, "min is “low”"),
    (TableUnreadable("unclear-number", row=4, column="min", text="1.234"), Action.NONE, "min is “1.234”"),
    (TableUnreadable("colour", row=4, column="color", text="x"), Action.NONE, "“x” cannot be read"),
    (TableUnreadable("unclear-date", row=4, column="date", text="5/6/2025"), Action.NONE, "in “5/6/2025” the day"),
    (TableUnreadable("not-a-legend"), Action.NONE, "other than classes"),
    (TableUnreadable("class", text="Class 2: max is not a number: 'x'."), Action.NONE, "Class 2"),
    (catalog_errors.ServiceProblem("x"), Action.RETRY, "unexpected"),
    (catalog_errors.NotConnected(), Action.OPEN_SETTINGS, "connection"),
    (catalog_errors.UnknownName("project", "Farm"), Action.NONE, "no project “Farm”"),
    (catalog_errors.UnknownName("satellite", "Firefly", ("s-1", "s-2")), Action.NONE, "s-1, s-2"),
    (catalog_errors.NoCollections("Firefly"), Action.NONE, "no images of Firefly"),
    (catalog_errors.SearchTooWide(70, 25), Action.NONE, "70 separate polygons"),
    (legend_errors.NoClasses(), Action.NONE, "colour ramp"),
    (catalog_errors.UnknownName("asset", "x9"), Action.NONE, "no asset “x9”"),
    (catalog_errors.UnknownDate(("2024-01-01",), ("2025-05-02",)), Action.NONE, "It has 2025-05-02"),
    (catalog_errors.UnknownDate((), ()), Action.RELOAD, "no dates yet"),
    (
        catalog_errors.SeveralDates("FROM", ("2025-05-02", "2025-05-02 (2)")),
        Action.NONE,
        "FROM means several dates: 2025-05-02, 2025-05-02 (2). Name one",
    ),
    (
        catalog_errors.DateNotUnderstood("DATES", ("a;b",), ("2025-05-02",)),
        Action.NONE,
        "DATES is not understood: “a;b”",
    ),
    (catalog_errors.NotReady(State.WORKING, "v1"), Action.RELOAD, "still being computed"),
    (catalog_errors.NotReady(State.FAILED, "v1"), Action.RELOAD, "could not compute"),
    (catalog_errors.NotReady(State.WORKING, "v1", has_waited=True), Action.RELOAD, "long wait"),
    (catalog_errors.NotReady(State.UNKNOWN, "v1", "frozen", has_waited=True), Action.RELOAD, "“frozen”"),
    (download_errors.AssetNotReady("x1", State.WORKING, "in_progress", "2025-05-06"), Action.RETRY, "“in_progress”"),
    (download_errors.AssetNotReady("x1", State.FAILED, "error", "2025-05-06"), Action.RETRY, "“error”"),
    (download_errors.ManifestUnreadable("/data/manifest.json"), Action.NONE, "/data/manifest.json"),
    (download_errors.NoPlace("a1"), Action.NONE, "no outline"),
    (legend_errors.NoLegend("v1", "dynamic"), Action.NONE, "no legend"),
    (download_errors.DateRefused("2025-05-02", "2025_05_02"), Action.RETRY, "2025_05_02"),
    (download_errors.OnePictureADay("2025-05-02 (2)"), Action.NONE, "2025-05-02 (2) is not available as a picture"),
    (download_errors.NoValues("2025-05-02"), Action.NONE, "2025-05-02"),
    (download_errors.NotComputable("2025-05-02", "expression", "B1 +"), Action.NONE, "formula “B1 +”"),
    (download_errors.NotComputable("2025-05-02", "band", "B118"), Action.NONE, "no band B118"),
    (download_errors.DownloadFailed("FAILED", "d1"), Action.RETRY, "prepare the files"),
    (download_errors.DownloadFailed("timeout", "d1"), Action.RETRY, "too long"),
    (download_errors.DownloadFailed("unnamed", ""), Action.RETRY, "gave no address"),
    (download_errors.DownloadFailed("unanswered", ""), Action.RETRY, "connection broke"),
    (download_errors.DownloadFailed("address", "d1"), Action.RETRY, "cannot be opened"),
    (download_errors.DownloadFailed("refused", "d1"), Action.RETRY, "were refused"),
    (download_errors.NoAssets("a1"), Action.RELOAD, "no files to download"),
    (
        download_errors.NoAssets("a1", (download_errors.AssetNotReady("x1", State.QUEUED, "created"),)),
        Action.RELOAD,
        "x1 (created)",
    ),
    (download_errors.ArchiveRefused("path", "../x"), Action.RETRY, "outside the folder"),
    (download_errors.ArchiveRefused("too-big", "9"), Action.RETRY, "more than is plausible"),
    (download_errors.ArchiveRefused("no-raster"), Action.RETRY, "no raster"),
    (download_errors.ArchiveRefused("unreadable"), Action.RETRY, "damaged"),
    (download_errors.ArchiveRefused("empty"), Action.RETRY, "empty"),
    (PolygonRefused("no-area"), Action.NONE, "Draw it again"),
    (PolygonRefused("no-crs"), Action.NONE, "Choose one"),
    (PolygonRefused("no-transformation", detail="IAU_2015:30100"), Action.NONE, "(IAU_2015:30100)"),
    (PolygonRefused("not-polygon", detail="LineString"), Action.NONE, "no polygon (LineString)"),
    (PolygonRefused("not-finite"), Action.NONE, "corner without coordinates"),
    (PolygonRefused("range", "500000.00, 5.00 (EPSG:4326)"), Action.NONE, "wrong CRS"),
    (PolygonRefused("crossing", "1.5, 2.5 (EPSG:4326)", "x", repair=TWO), Action.NONE, "near 1.5, 2.5 (EPSG:4326)"),
    (PolygonRefused("crossing", "1, 2 (EPSG:4326)", "x", repair=ONE), Action.NONE, "from 0.5 ha to 12.3 km²"),
    (PolygonRefused("invalid", "1, 2 (EPSG:4326)", "Nested shells", repair=ONE), Action.NONE, "(Nested shells)"),
    (PolygonRefused("long-edge", detail="179.9, -179.9"), Action.NONE, "180th meridian"),
    (PolygonRefused("pole"), Action.NONE, "pole"),
    (PolygonRefused("too-wide"), Action.NONE, "wider than the globe"),
    (PolygonRefused("none"), Action.NONE, "no polygon"),
    (PolygonRefused("several", count=3), Action.NONE, "3 polygons"),
    (PolygonRefused("parts", count=2), Action.NONE, "one feature has 2 parts"),
    (PolygonRefused("antimeridian"), Action.NONE, "180th meridian"),
    (catalog_errors.SomeCreated("Farm (2)", ("Farm (1)",)), Action.RELOAD, "Farm (1) was created, but Farm (2)"),
    (legend_errors.BinsRefused("range", 16), Action.NONE, "1 to 15"),
    (legend_errors.BinsRefused("mode", 5), Action.NONE, "dynamic mode only"),
    (legend_errors.BinsRefused("missing"), Action.NONE, "1 to 15"),
    (legend_errors.PushBlocked(("2025-05-02",)), Action.NONE, "2025-05-02"),
    (legend_errors.TransparencyLost(PushReport(transparency_lost=LOST)), Action.NONE, "Sparse (50 % opaque)"),
    (legend_errors.PushConflict(REPORT), Action.RELOAD, "Another user changed the legend of 2025-05-02"),
    (legend_errors.PushUncertain(REPORT, "unchanged"), Action.RETRY, "old legend"),
    (legend_errors.PushUncertain(REPORT, "other"), Action.RELOAD, "neither"),
    (legend_errors.RollbackUncertain(("2025-05-02",)), Action.RELOAD, "same legend of 2025-05-02 as before"),
    (
        legend_errors.WriteRefused(REPORT, "push", 409, ""),
        Action.RELOAD,
        "Another user changed the legend of 2025-05-02",
    ),
    (legend_errors.WriteRefused(PushReport(), "push", 423, "by Anna"), Action.RELOAD, "locked"),
    (
        legend_errors.WriteRefused(PushReport(), "rollback", 412, ""),
        Action.RELOAD,
        "Nothing was rolled back. The legend is in",
    ),
    (catalog_errors.NotCreated("“Farm”", "POST", "/v0/aois"), Action.RELOAD, "created “Farm”, and does not list it"),
    (errors.RequestRejected(423), Action.RELOAD, "locked"),
    (errors.RequestRejected(412, message="etag"), Action.RELOAD, "“etag”"),
    (errors.Conflict(409, method="PUT"), Action.RELOAD, "changed meanwhile"),
    (errors.Conflict(409, method="GET", path="/v0/aois"), Action.RETRY, "so it was not read. Try again in a minute."),
    (errors.RequestRejected(412, method="GET", path="/v0/aois"), Action.RETRY, "so it was not read"),
    (errors.RequestRejected(423, method="GET", path="/v0/aois", message="by Anna"), Action.RETRY, "It says “by Anna”."),
    (PackagesMissing(("httpx", "h2")), Action.OPEN_PANEL, "missing: httpx, h2"),
    (ModuleNotFoundError("No module named 'h2.config'", name="h2.config"), Action.OPEN_PANEL, "missing: h2."),
    (PackageReplaced("pydantic", "2.6", "2.9"), Action.NONE, "pydantic 2.6 was in use when version 2.9 was installed"),
    (
        PackageUnusable(Home("pydantic", "2.9", Path("packages")), ImportError("no such library")),
        Action.OPEN_PANEL,
        "pydantic 2.9 in packages cannot be loaded.",
    ),
    (ImportError("cannot import name 'x'"), Action.NONE, "cannot import name 'x'"),
    (OSError(28, "No space left on device", "x.tif"), Action.RETRY, "disk is full"),
    (PermissionError(13, "Permission denied", "x.tif"), Action.RETRY, "x.tif"),
    (FileNotFoundError(2, "No such file", "x.tif"), Action.RETRY, "missing"),
    (OSError("cannot write x.tif"), Action.RETRY, "cannot write x.tif"),
    (ZeroDivisionError("division by zero"), Action.RETRY, "unexpected"),
]
# InputRefused is the message itself; Interrupted ends work that was cancelled.
NOT_SHOWN = {InputRefused, Interrupted}
BY_NAME = (
    "ExpressionInvalid",
    "SldRefused",
    "SourcesDiffer",
)
PROGRAMMER = re.compile(
    r"\b(HTTP|JSON|null|None|Traceback|Exception|Error|entity|payload|instance|[45]\d\d)\b|/v0/|[{}<>]|_id"
)


@pytest.mark.parametrize(
    ("error", "action", "part"), CASES, ids=[f"{type(error).__name__}-{part}" for error, _, part in CASES]
)
def test_an_error_becomes_a_message(error: Exception, action: Action, part: str) -> None:
    message = explain(error, doing="listing the AOIs")
    assert part in message.text
    assert message.action is action
    assert not PROGRAMMER.search(message.text)
    assert message.text.endswith(".")
    assert 5 <= len(message.text.split()) <= 40
    assert type(error).__name__ in message.details
    assert message.details.startswith("listing the AOIs:")


def error_classes(root: Path) -> set[type[Exception]]:
    """Return the classes of every ``errors.py`` of the plugin."""
    found = set()
    for path in root.glob("plugin/**/errors.py"):
        name = ".".join(["pixxel_explorer", *path.relative_to(root).with_suffix("").parts])
        members = inspect.getmembers(importlib.import_module(name), inspect.isclass)
        found |= {cls for _, cls in members if issubclass(cls, Exception) and cls.__module__ == name}
    return {cls for cls in found if not cls.__name__.startswith("_")}


def test_every_error_class_has_a_case(root: Path) -> None:
    classes = error_classes(root)
    assert {InputRefused, errors.TimedOut, StyleNotDrawable} <= classes
    missing = {cls.__name__ for cls in classes - NOT_SHOWN - {type(error) for error, _, _ in CASES}}
    assert not missing, f"give each a row in SENTENCES of messages/error_sentences.py and one in CASES here: {missing}"


@pytest.mark.parametrize("name", BY_NAME)
def test_errors_of_packages_that_are_not_imported_are_known_by_name(name: str) -> None:
    error = type(name, (ValueError,), {})("offset 3")
    assert "unexpected" not in explain(error).text


def test_those_names_are_the_ones_the_packages_use(root: Path) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (root / "plugin").glob("*/*.py"))
    for name in BY_NAME:
        assert f"class {name}(" in text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("locked", "master password"),
        ("disabled", "switched off"),
        ("entry", "missing or cannot be read"),
        ("method", "cannot keep keys"),
    ],
)
def test_a_key_that_qgis_does_not_give_leads_to_the_connections_settings(reason: str, words: str) -> None:
    error = CredentialsUnavailable(reason)
    assert words in explain(error).text
    assert explain(error).action is (Action.UNLOCK if reason == "locked" else Action.OPEN_SETTINGS)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("network", "proxy"), ("no-pip", "pip"), ("not-found", "no version fits"), ("disk", "disk"), ("other", "details")],
)
def test_a_failed_installation_says_what_to_do(reason: str, words: str) -> None:
    assert words in explain(InstallFailed(reason)).text


@pytest.mark.parametrize("reason", list(InstallReason))
def test_every_reason_for_a_failed_installation_has_a_sentence_of_its_own(reason: InstallReason) -> None:
    error = InstallFailed(reason, host="index.example.test", proxy="proxy.example.test:3128", answer_text="Sign in")
    text = explain(error).text
    assert (text == explain(InstallFailed("other")).text) is (reason is InstallReason.OTHER)
    assert "{" not in text
    assert ("proxy.example.test:3128" in text) or not reason.startswith("proxy")


def test_of_several_errors_at_once_the_first_is_reported() -> None:
    group = ExceptionGroup("at once", [errors.TimedOut("read"), ValueError("other")])
    assert "in time" in explain(group).text


def test_cancelling_is_no_failure() -> None:
    assert "Stopped" in explain(asyncio.CancelledError()).text


def test_the_servers_own_details_and_the_request_id_are_in_the_details() -> None:
    error = errors.ServerFailed(500, details={"field": "name"}, request_id="r-1")
    assert "r-1" in explain(error).details
    assert "field" in explain(error).details


def test_a_long_reason_of_the_server_is_shortened() -> None:
    message = explain(errors.RequestRejected(400, message="bad " * 500))
    assert len(message.text) < 300
