"""The settings of the table: each builds its boxes and says what is set in QGIS."""

from __future__ import annotations

import datetime
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme

from . import sites
from .boxes import KEY, HttpProxy, Net, SocksProxy, Web, free_port, silence, tls, web_server
from .sign_in import DOMAIN, PASSWORD, USER, Basic, Digest, Negotiated
from .wire import Request, Response

API, FILES, INDEX, PORTAL = "api.pixxel.test", "files.pixxel.test", "index.pixxel.test", "login.guest-wifi.test"
NOWHERE = "no-such-proxy.invalid"
LONG, SHORT = 20_000, 3000  # QGIS's time limit in milliseconds; the short one is for settings that wait for it

PUBLIC_CA = trustme.CA(organization_name="An authority known to all")
COMPANY = trustme.CA(organization_name="The company's own authority")
UNKNOWN_CA = trustme.CA(organization_name="An unknown authority")


@dataclass
class Setting:
    """What is set in QGIS, and what is asked for.

    Attributes:
        url: address of the API.
        settings: QGIS's settings by name.
        then: settings that are changed while the dock is connected.
        shuts: ports of boxes that are gone from then on.
        connects: whether the dock connects before the change; else Try Again is pressed after it.
        authorities: certificates QGIS trusts besides the system's.
        configs: entries of the authentication manager.
        is_locked: the master password is not given (any more).
        prompt: user and password a person gives when QGIS asks.
        exceptions: SSL exceptions saved in QGIS: host and port -> certificate, names of errors.
        environment: variables of all processes.
        system_authority: certificate put among the system's.
        authcfg: the sign-in, instead of a key.
        file: an address to fetch with the dock's client and QGIS; the command line downloads assets.
        index: address of the package index.
        limit: QGIS's time limit in milliseconds.
    """

    url: str = f"https://{API}"
    settings: dict[str, Any] = field(default_factory=dict)
    then: dict[str, Any] = field(default_factory=dict)
    shuts: tuple[int, ...] = ()
    connects: bool = True
    authorities: list[str] = field(default_factory=list)
    configs: list[dict[str, Any]] = field(default_factory=list)
    is_locked: bool = False
    prompt: tuple[str, str] | None = None
    exceptions: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    system_authority: str = ""
    authcfg: str | None = None
    file: str = ""
    index: str = f"https://{INDEX}/simple"
    limit: int = LONG
    parts: tuple[str, ...] = ("qgis", "dock", "installer", "command line")


@dataclass
class Machines:
    """One setting's boxes, and a folder for it."""

    net: Net
    web: Web
    folder: Path

    async def http(self, *sign_ins: Any, **options: Any) -> int:
        """Start an HTTP proxy."""
        return await self.net.listen("proxy", HttpProxy(self.net, sign_ins, web=self.web, **options).handle)

    async def socks(self, **options: Any) -> int:
        """Start a SOCKS proxy."""
        return await self.net.listen("proxy", SocksProxy(self.net, **options).handle)

    def negotiated(self, name: str) -> Negotiated:
        """Return NTLM or Negotiate."""
        return Negotiated(name, self.folder / "accounts")


Build = Callable[[Machines], Awaitable[Setting]]


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        why: why we differ from QGIS, where we do; the test holds that we do.
        note: what else there is to say.
    """

    group: str
    text: str
    build: Build
    why: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """Return the name of the test."""
        return self.build.__name__


ROWS: list[Row] = []


def row(group: str, text: str, why: str = "", note: str = "") -> Callable[[Build], Build]:
    """Add a row to the table."""

    def add(build: Build) -> Build:
        ROWS.append(Row(group, text, build, why, note))
        return build

    return add


def pem(authority: trustme.CA) -> str:
    """Return the certificate of an authority."""
    return authority.cert_pem.bytes().decode()


def proxy(port: int, kind: str = "HttpProxy", host: str = "127.0.0.1", **more: Any) -> dict[str, Any]:
    """Return QGIS's settings of a proxy, as its options page writes them."""
    values = {"proxyEnabled": True, "proxyType": kind, "proxyHost": host, "proxyPort": str(port), **more}
    return {f"proxy/{name}": value for name, value in values.items()}


def signed(port: int, password: str = PASSWORD, user: str = USER, kind: str = "HttpProxy") -> dict[str, Any]:
    """Return QGIS's settings of a proxy with a user and password."""
    return proxy(port, kind, proxyUser=user, proxyPassword=password)


async def behind(machines: Machines, settings: dict[str, Any], **more: Any) -> Setting:
    """Return a setting whose hosts are known to proxies only."""
    more.setdefault("authorities", [pem(PUBLIC_CA)])
    return Setting(settings=settings, **more)


async def direct(machines: Machines, context: Any = None, **more: Any) -> Setting:
    """Return a setting without a proxy; the API is on this machine, with the certificate of ``context``."""
    port = await machines.web.add("localhost", _both(sites.api(FILES), sites.index), context)
    more.setdefault("authorities", [pem(PUBLIC_CA)])
    url = f"https://localhost:{port}"
    return Setting(url=url, index=f"{url}/simple", settings={"proxy/proxyEnabled": False}, **more)


def _both(api: Any, index: Any) -> Any:
    def answer(request: Request) -> Response:
        return index(request) if request.target.startswith(("/simple", "/files/")) else api(request)

    return answer


async def machines_of(net: Net, folder: Path) -> Machines:
    """Start the servers that every setting has."""
    web = Web(net, PUBLIC_CA)
    await web.add(API, sites.api(FILES))
    await web.add(FILES, sites.files)
    await web.add(INDEX, sites.index)
    await web.add(PORTAL, lambda _request: sites.page("Guest network", "Please accept the terms to go on."))
    return Machines(net, web, folder)


# --- without a proxy ----------------------------------------------------------------------------------------------

NONE, SOME, SOCKS, TLS = "No proxy", "HTTP proxy", "SOCKS 5 proxy", "Certificates"
BROKEN, PAGES, CHANGES = "A proxy that is not one", "Pages of filters", "Exceptions and changes"


@row(NONE, "No proxy")
async def no_proxy(machines: Machines) -> Setting:
    return await direct(machines)


@row(NONE, "No proxy, and nothing listens at the server's address")
async def server_down(machines: Machines) -> Setting:
    setting = await direct(machines)
    setting.url = f"https://localhost:{free_port()}"
    setting.index = f"{setting.url}/simple"
    return setting


@row(NONE, "No proxy, and the server accepts and is silent")
async def server_silent(machines: Machines) -> Setting:
    setting = await direct(machines)
    setting.url = f"https://localhost:{await machines.net.listen('server', silence)}"
    setting.index, setting.limit = f"{setting.url}/simple", SHORT
    return setting


@row(NONE, "No proxy, and the server's name does not exist")
async def server_unknown(machines: Machines) -> Setting:
    return Setting(settings={"proxy/proxyEnabled": False}, authorities=[pem(PUBLIC_CA)])


# --- HTTP proxies -------------------------------------------------------------------------------------------------


@row(SOME, "Open")
async def http_open(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http()))


@row(SOME, "Open, “use system proxy” in QGIS, named in the environment")
async def http_system(machines: Machines) -> Setting:
    address = f"http://127.0.0.1:{await machines.http()}"
    environment = {"https_proxy": address, "http_proxy": address}
    return await behind(machines, proxy(0, "DefaultProxy", ""), environment=environment)


@row(SOME, "Basic")
async def basic(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(Basic())))


@row(SOME, "Basic, wrong password")
async def basic_wrong(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(Basic()), "wrong-pw"))


@row(SOME, "Basic, no user or password set")
async def basic_none(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(Basic())))


@row(SOME, "Basic, given when QGIS asked", why="On the command line nobody is there to be asked.")
async def basic_prompt(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(Basic())), prompt=(USER, PASSWORD))


@row(SOME, "Basic, in an authentication configuration")
async def basic_authcfg(machines: Machines) -> Setting:
    return await _with_config(machines)


@row(SOME, "Basic, in an authentication configuration, master password missing")
async def basic_authcfg_locked(machines: Machines) -> Setting:
    return await _with_config(machines, is_locked=True)


async def _with_config(machines: Machines, **more: Any) -> Setting:
    config = {"id": "proxyin", "method": "Basic", "values": {"username": USER, "password": PASSWORD}}
    return await behind(machines, proxy(await machines.http(Basic()), authcfg="proxyin"), configs=[config], **more)


@row(SOME, "Digest")
async def digest(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(Digest())))


@row(SOME, "Digest, wrong password")
async def digest_wrong(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(Digest()), "wrong-pw"))


@row(SOME, "NTLM")
async def ntlm(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(machines.negotiated("NTLM")), user=f"{DOMAIN}\\{USER}"))


QT_REPEATS = "Qt repeats it by itself until the time limit, also for QGIS's own requests."


@row(SOME, "NTLM, wrong password", note=QT_REPEATS)
async def ntlm_wrong(machines: Machines) -> Setting:
    port = await machines.http(machines.negotiated("NTLM"))
    return await behind(machines, signed(port, "wrong-pw", user=f"{DOMAIN}\\{USER}"), limit=SHORT)


@row(SOME, "NTLM, no user or password set", note=QT_REPEATS)
async def ntlm_none(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(machines.negotiated("NTLM"))), limit=SHORT)


@row(SOME, "Negotiate only, and the computer has no ticket")
async def negotiate(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(machines.negotiated("Negotiate"))))


@row(SOME, "Offers Negotiate, NTLM, Digest and Basic")
async def several(machines: Machines) -> Setting:
    ways = (machines.negotiated("Negotiate"), machines.negotiated("NTLM"), Digest(), Basic())
    return await behind(machines, signed(await machines.http(*ways)))


@row(SOME, "Offers Digest and Basic")
async def digest_or_basic(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.http(Digest(), Basic())))


@row(SOME, "Basic, and it does not allow this server (403)")
async def basic_refusal(machines: Machines) -> Setting:
    refusal = sites.page("Blocked", "Category: file sharing. Ask the service harness.", 403)
    return await behind(machines, signed(await machines.http(Basic(), refusal=refusal)))


@row(SOME, "Open, and it cannot reach the server (502)")
async def http_cannot(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(refusal=sites.page("Bad gateway", "No route.", 502))))


# --- SOCKS --------------------------------------------------------------------------------------------------------


@row(SOCKS, "Open")
async def socks_open(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.socks(), "Socks5Proxy"))


@row(SOCKS, "With user and password")
async def socks_password(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.socks(needs_password=True), kind="Socks5Proxy"))


@row(SOCKS, "Wrong password")
async def socks_wrong(machines: Machines) -> Setting:
    return await behind(machines, signed(await machines.socks(needs_password=True), "wrong-pw", kind="Socks5Proxy"))


@row(SOCKS, "Wants a password, none set")
async def socks_none(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.socks(needs_password=True), "Socks5Proxy"))


@row(SOCKS, "Its rules forbid this server")
async def socks_refusal(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.socks(code=2), "Socks5Proxy"))


# --- certificates -------------------------------------------------------------------------------------------------


@row(TLS, "A proxy that looks into tunnels, its authority unknown")
async def inspected_unknown(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(inspects=COMPANY)))


@row(TLS, "A proxy that looks into tunnels, its authority in QGIS")
async def inspected_qgis(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(inspects=COMPANY)), authorities=[pem(COMPANY)])


@row(TLS, "A proxy that looks into tunnels, its authority in the system")
async def inspected_system(machines: Machines) -> Setting:
    port = await machines.http(inspects=COMPANY)
    return await behind(machines, proxy(port), authorities=[], system_authority=pem(COMPANY))


def _day(days: int) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(days)


@row(TLS, "The server's certificate has expired")
async def expired(machines: Machines) -> Setting:
    return await direct(machines, tls(PUBLIC_CA, "localhost", not_before=_day(-90), not_after=_day(-1)))


@row(TLS, "The server's certificate is for another name")
async def misnamed(machines: Machines) -> Setting:
    return await direct(machines, tls(PUBLIC_CA, "www.elsewhere.test"))


@row(TLS, "The server's certificate is of an unknown authority")
async def unknown_issuer(machines: Machines) -> Setting:
    return await direct(machines, tls(UNKNOWN_CA, "localhost"))


@row(TLS, "… and an exception for it is saved in QGIS")
async def ssl_exception(machines: Machines) -> Setting:
    certificate = UNKNOWN_CA.issue_cert("localhost")
    context = tls(UNKNOWN_CA, "localhost")
    certificate.configure_cert(context)
    setting = await direct(machines, context)
    shown = certificate.cert_chain_pems[0].bytes().decode()
    names = ["SelfSignedCertificateInChain", "UnableToGetLocalIssuerCertificate", "UnableToVerifyFirstCertificate"]
    names += ["CertificateUntrusted", "SelfSignedCertificate"]
    setting.exceptions = {setting.url.removeprefix("https://"): (shown, names)}
    return setting


@row(TLS, "The server wants a client certificate, and there is none")
async def mtls_none(machines: Machines) -> Setting:
    return await direct(machines, tls(PUBLIC_CA, "localhost", clients=COMPANY))


@row(
    TLS,
    "The server wants a client certificate, in an authentication configuration",
    why="The certificate is the sign-in of the API; a package index is not shown it.",
)
async def mtls(machines: Machines) -> Setting:
    person = COMPANY.issue_cert(common_name="Ann")
    certificate, key = machines.folder / "ann.pem", machines.folder / "ann.key"
    person.cert_chain_pems[0].write_to_path(certificate)
    person.private_key_pem.write_to_path(key)
    values = {"certpath": str(certificate), "keypath": str(key), "keypass": "", "addcas": "false"}
    setting = await direct(machines, tls(PUBLIC_CA, "localhost", clients=COMPANY))
    setting.configs, setting.authcfg = [{"id": "pkiann1", "method": "PKI-Paths", "values": values}], "pkiann1"
    machines.web.sites["localhost"] = _without_key(machines.web.sites["localhost"])
    return setting


def _without_key(site: Any) -> Any:
    def answer(request: Request) -> Response:
        return site(Request(request.method, request.target, {**request.headers, "authorization": KEY}, request.body))

    return answer


# --- not a proxy --------------------------------------------------------------------------------------------------


@row(BROKEN, "Nothing listens at the proxy's address")
async def proxy_down(machines: Machines) -> Setting:
    return await behind(machines, proxy(free_port()))


@row(BROKEN, "A wrong port: a web server")
async def wrong_port(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.net.listen("proxy", web_server)))


@row(BROKEN, "The proxy's name does not exist")
async def proxy_unknown(machines: Machines) -> Setting:
    return await behind(machines, proxy(3128, host=NOWHERE))


@row(BROKEN, "“http://” typed into the host field")
async def scheme_in_host(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(), host="http://127.0.0.1"))


@row(BROKEN, "A SOCKS proxy, set as an HTTP proxy")
async def socks_as_http(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.socks()), limit=SHORT)


@row(BROKEN, "An HTTP proxy, set as a SOCKS proxy")
async def http_as_socks(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(), "Socks5Proxy"), limit=SHORT)


@row(BROKEN, "The proxy accepts and is silent")
async def proxy_silent(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.net.listen("proxy", silence)), limit=SHORT)


@row(BROKEN, "The proxy opens tunnels in which nothing comes")
async def tunnel_silent(machines: Machines) -> Setting:
    return await behind(machines, proxy(await machines.http(is_silent=True)), limit=SHORT)


# --- pages of filters ---------------------------------------------------------------------------------------------


async def _filtered(
    machines: Machines, response: Response, hosts: tuple[str, ...] = (API, INDEX), **more: Any
) -> Setting:
    def filtering(host: str, _request: Request) -> Response | None:
        return response if host in hosts else None

    port = await machines.http(inspects=COMPANY, filtering=filtering)
    return await behind(machines, proxy(port), authorities=[pem(COMPANY)], **more)


BLOCKED = "Access to this site is blocked by policy 17. Call 4711."


@row(PAGES, "A page that says the site is blocked, status 403")
async def page_403(machines: Machines) -> Setting:
    return await _filtered(machines, sites.page("Site blocked", BLOCKED, 403))


@row(PAGES, "A page that says the site is blocked, status 200")
async def page_200(machines: Machines) -> Setting:
    return await _filtered(machines, sites.page("Site blocked", BLOCKED))


@row(PAGES, "A page that asks to sign in, status 511")
async def page_511(machines: Machines) -> Setting:
    return await _filtered(machines, sites.page("Sign in", "Sign in to the network first.", 511))


@row(PAGES, "A filter that failed, status 503, again and again")
async def page_503(machines: Machines) -> Setting:
    return await _filtered(machines, sites.page("Service unavailable", "The gateway is busy.", 503))


@row(PAGES, "A redirect to the login page of a guest network")
async def portal(machines: Machines) -> Setting:
    return await _filtered(machines, Response(302, b"", {"Location": f"https://{PORTAL}/login?from=api"}))


@row(PAGES, "A redirect to a login page without encryption")
async def portal_plain(machines: Machines) -> Setting:
    return await _filtered(machines, Response(302, b"", {"Location": f"http://{PORTAL}/login"}))


@row(PAGES, "The API is let through, its files are blocked, status 403")
async def page_for_files(machines: Machines) -> Setting:
    address = f"https://{FILES}/package?signature=signed"
    return await _filtered(machines, sites.page("Site blocked", BLOCKED, 403), (FILES, INDEX), file=address)


@row(PAGES, "A redirect that leads round in a circle")
async def circle(machines: Machines) -> Setting:
    return await _filtered(machines, Response(302, b"", {"Location": f"https://{API}/blocked"}))


# --- exceptions and changes ---------------------------------------------------------------------------------------


@row(CHANGES, "The API is excluded from the proxy, its files lie behind it")
async def api_excluded(machines: Machines) -> Setting:
    setting = await direct(machines)
    values = {**proxy(await machines.http()), "proxy/noProxyUrls": [setting.url]}
    setting.settings, setting.file = values, f"https://{FILES}/package?signature=signed"
    return setting


@row(CHANGES, "The files are excluded from the proxy, the API lies behind it")
async def files_excluded(machines: Machines) -> Setting:
    local = await direct(machines)
    port = local.url.rpartition(":")[2]
    machines.web.sites[API] = sites.api(f"localhost:{port}")
    machines.web.sites["localhost"] = sites.files
    values = {**proxy(await machines.http()), "proxy/noProxyUrls": [local.url]}
    return await behind(machines, values, file=f"{local.url}/package?signature=signed", index=f"https://{INDEX}/simple")


@row(CHANGES, "The proxy is another one since the dock connected")
async def proxy_changed(machines: Machines) -> Setting:
    first, second = await machines.http(), await machines.http()
    return await behind(machines, proxy(first), then=proxy(second), shuts=(first,))


@row(CHANGES, "The proxy that was set while the dock was connected does not exist")
async def proxy_broken_since(machines: Machines) -> Setting:
    first = await machines.http()
    return await behind(machines, proxy(first), then=proxy(free_port()), shuts=(first,))


@row(CHANGES, "The proxy was wrong when the dock tried to connect, and has been corrected")
async def proxy_corrected(machines: Machines) -> Setting:
    return await behind(machines, proxy(free_port()), then=proxy(await machines.http()), connects=False)


ENVIRONMENT_OF_PIP = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
}
