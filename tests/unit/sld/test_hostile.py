"""Documents meant to do harm, or to take for ever: refused or read in time and memory, with nothing opened."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS, MEGABYTES = 2, 300
READER = """
import importlib.util, pathlib, re, sys, time

root = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location(
    "pixxel_explorer", root / "__init__.py", submodule_search_locations=[str(root)]
)
module = importlib.util.module_from_spec(spec)
sys.modules["pixxel_explorer"] = module
spec.loader.exec_module(module)
from pixxel_explorer.plugin.sld.reader import SldRefused, read_styles

def memory(name):
    return int(re.search(name + r":\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024


document = pathlib.Path(sys.argv[2]).read_bytes()
before = memory("VmRSS")
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event in ("open", "socket.connect") else None)
begun = time.monotonic()
try:
    outcome = f"drawn {len(read_styles(document))}"
except SldRefused as refusal:
    outcome = f"refused {refusal.code.value}"
seconds = time.monotonic() - begun
there = len(opened)
print(outcome, round(seconds, 3), round(memory("VmHWM") - before, 1), there, sep="|")
"""
ENTRY = '<ColorMapEntry color="#102030" quantity="{0}" label="{0}"/>'


def wrapped(inside: str, prolog: str = "") -> str:
    return f"{prolog}<StyledLayerDescriptor><RasterSymbolizer>{inside}</RasterSymbolizer></StyledLayerDescriptor>"


def of_entries(count: int, kind: str) -> str:
    return wrapped(f'<ColorMap type="{kind}">{"".join(ENTRY.format(number) for number in range(count))}</ColorMap>')


def laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return wrapped("&l11;", f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]>')


DOCUMENTS = {
    "external entity": (wrapped("&x;", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "refused doctype"),
    "external definition": (wrapped("", '<!DOCTYPE a SYSTEM "http://example.com/a.dtd">'), "refused doctype"),
    "parameter entity": (wrapped("", '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/hosts">%x;]>'), "refused doctype"),
    "entity bomb": (laughs(), "refused doctype"),
    "quadratic bomb": (
        wrapped("&x;" * 50_000, f'<!DOCTYPE a [<!ENTITY x "{"y" * 50_000}">]>'),
        "refused doctype",
    ),
    "include": (
        wrapped('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        "drawn 1",
    ),
    "style sheet": (wrapped("", '<?xml-stylesheet href="http://example.com/a.xsl" type="text/xsl"?>'), "drawn 1"),
    "100,000 intervals": (of_entries(100_000, "intervals"), "refused too-many-entries"),
    "100,000 stops": (of_entries(100_000, "ramp"), "refused too-many-entries"),
    "100,000 values": (of_entries(100_000, "values"), "refused too-many-entries"),
    "65,536 intervals": (of_entries(65_536, "intervals"), "drawn 1"),
    "65,536 values": (of_entries(65_536, "values"), "drawn 1"),
    "deep": ("<a>" * 300_000, "refused not-xml"),
    "deep and closed": ("<a>" * 300_000 + "</a>" * 300_000, "refused no-raster-symbolizer"),
    "one long attribute": (wrapped(f'<ColorMap type="{"x" * 10_000_000}"/>'), "refused no-entries"),
    "100 megabytes": ("<a>" + " " * 100_000_000 + "</a>", "refused too-large"),
    "many attributes": ("<a " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>", "refused no-raster-symbolizer"),
    "long digits": (wrapped(f"<ColorMap>{ENTRY.format('9' * 100_000)}</ColorMap>"), "refused"),
    "undeclared and deep": ("<a:b>" * 300_000 + "</a:b>" * 300_000, "refused no-raster-symbolizer"),
    "undeclared and entities": (
        wrapped("<a:b>&x;</a:b>", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "refused doctype",
    ),
    "undeclared and external": (
        wrapped('<a:b/><xi:include href="file:///etc/passwd"/><a:c xlink:href="http://example.com/"/>'),
        "drawn 1",
    ),
    "undeclared and long": ("<a:b " + "x='>' " * 2_500_000, "refused not-xml"),
    "undeclared and blank": ("<a:b>" + " c:d" + " " * 15_000_000, "refused not-xml"),
    "undeclared and many": (wrapped("".join(f"<p{n}:a/>" for n in range(1_000_000))), "refused not-xml"),
    "undeclared and quoted": (wrapped("<a:b/>" * 400_000 + "'" * 5_000_000), "drawn 1"),
    "HTML": ("<!DOCTYPE html><html><body>Sign in</body></html>", "refused not-xml"),
    "JSON": ('{"error": {"message": "no"}}', "refused not-xml"),
    "a picture": ("\x89PNG\r\n\x1a\n", "refused not-xml"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_documents_are_answered_in_time_and_memory(name: str, root: Path, tmp_path: Path) -> None:
    text, expected = DOCUMENTS[name]
    path = tmp_path / "hostile.sld"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", READER, str(root), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=limit_memory)
    assert done.returncode == 0, done.stderr[-2000:]
    outcome, seconds, grown, opened = done.stdout.strip().split("|")
    assert outcome.startswith(expected)
    assert float(seconds) < SECONDS
    assert float(grown) < MEGABYTES
    assert opened == "0"


def test_the_reader_of_memory_sees_it(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.sld"
    path.write_text(of_entries(65_000, "ramp"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READER, str(root), str(path)], capture_output=True, text=True, check=True
    )
    assert 20 < float(done.stdout.split("|")[2]) < MEGABYTES


def limit_memory() -> None:
    """Let a process that grows without end fail here, and not take the machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))
