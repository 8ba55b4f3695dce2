"""Style documents of strangers, rule by rule (R and codes: sld-semantics)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read, read_legend

LIMIT = "<MinScaleDenominator>5e4</MinScaleDenominator>"
Edges = list[tuple[float | None, float | None]]


def document(colour_map: str, before: str = "", after: str = "") -> str:
    return (
        '<StyledLayerDescriptor xmlns="http://www.opengis.net/sld"><NamedLayer><UserStyle><FeatureTypeStyle><Rule>'
        f"<RasterSymbolizer>{before}{colour_map}{after}</RasterSymbolizer>"
        "</Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


def colour_map(kind: str, *entries: str) -> str:
    body = "".join(f"<ColorMapEntry {entry}/>" for entry in entries)
    return f"<ColorMap{f' type={chr(34)}{kind}{chr(34)}' if kind else ''}>{body}</ColorMap>"


def entry(quantity: object, colour: str = "#102030", more: str = "") -> str:
    return f'color="{colour}" quantity="{quantity}" {more}'


def edges(legend: Legend) -> Edges:
    return [(c.minimum, c.maximum) for c in legend.classes]


def intervals(*entries: str) -> Legend:
    return read_legend(document(colour_map("intervals", *entries)))


def refusal(text: str | bytes) -> RefusalCode:
    with pytest.raises(SldRefused) as caught:
        read(text)
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", ColourMapKind.RAMP),
        ("ramp", ColourMapKind.RAMP),
        ("Intervals", ColourMapKind.INTERVALS),
        ("VALUES", ColourMapKind.VALUES),
    ],
)
def test_the_type_is_read_in_any_case_and_none_is_a_ramp(kind: str, expected: ColourMapKind) -> None:  # R1, R10
    assert read_legend(document(colour_map(kind, entry(1), entry(2)))).kind is expected


def test_a_quantity_is_the_upper_bound_and_the_first_class_is_open_below() -> None:  # R3, R4, R5
    legend = intervals(entry(150), entry(256))
    assert edges(legend) == [(None, 150), (150, 256)]
    assert legend.closed_top is False


def test_a_transparent_first_entry_is_the_lower_edge() -> None:
    assert edges(intervals(entry(0, more='opacity="0" label="nodata"'), entry(1))) == [(0, 1)]


def test_unlabelled_transparent_entries_are_gaps_and_labelled_ones_classes() -> None:
    legend = intervals(entry(0), entry(1, more='opacity="0"'), entry(2), entry(3, more='opacity="0" label="cloud"'))
    assert edges(legend) == [(None, 0), (1, 2), (2, 3)]


def test_opacities_of_entry_and_whole_are_kept_apart() -> None:  # R7, R8
    text = document(
        colour_map("", entry(0, more='opacity="0.5"'), entry(1)),
        before="<Opacity><Literal>0.25</Literal></Opacity><Geometry><Opacity>0.9</Opacity></Geometry>",
    )
    legend = read_legend(text)
    assert [c.colour.alpha for c in legend.classes] == [128, 255]
    assert legend.opacity == 0.25


@pytest.mark.parametrize(
    ("text", "expected"), [(" -1.5 ", -1.5), ("1e3", 1000), ("+7", 7), ("1E-2", 0.01), ("0.10", 0.1)]
)
def test_numbers_in_every_spelling(text: str, expected: float) -> None:  # R12
    assert intervals(entry(text)).classes[0].maximum == expected


@pytest.mark.parametrize("word", ["inf", "Infinity", "INF", "+Infinity"])
def test_an_infinite_last_bound_is_open_and_a_first_one_empty(word: str) -> None:  # R12
    legend = intervals(entry("-inf"), entry(1), entry(word))
    assert edges(legend) == [(None, 1), (1, None)]


def test_equal_quantities_jump_in_a_ramp_and_leave_the_second_interval_empty() -> None:  # R13
    ramp = read_legend(document(colour_map("ramp", entry(0), entry(1, "#000000"), entry(1, "#ffffff"), entry(2))))
    assert [c.colour.hex for c in ramp.classes] == ["#102030", "#000000", "#ffffff", "#102030"]
    assert [c.colour.hex for c in intervals(entry(1, "#000000"), entry(1, "#ffffff"), entry(2)).classes] == [
        "#000000",
        "#102030",
    ]


@pytest.mark.parametrize("prefix", ["sld", "se", "ns0"])
@pytest.mark.parametrize("root", ["RasterSymbolizer", "UserStyle", "CoverageStyle"])
def test_elements_count_by_local_name_under_any_root(prefix: str, root: str) -> None:  # R14
    inner = f"<{prefix}:ColorMap><!-- c --><?p i?><{prefix}:ColorMapEntry {entry(1)}/></{prefix}:ColorMap>"
    if root != "RasterSymbolizer":
        inner = f"<{prefix}:RasterSymbolizer>{inner}</{prefix}:RasterSymbolizer>"
    assert len(read_legend(f'<{prefix}:{root} xmlns:{prefix}="urn:x">{inner}</{prefix}:{root}>')) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "shift_jis"])
def test_documents_in_any_encoding(encoding: str) -> None:  # R14
    label = "\u30ab" if encoding == "shift_jis" else "\u00fc"
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    body = document(colour_map("", entry(1, more=f'label="{label}"')))
    data = f'<?xml version="1.0" encoding="{name}"?>{body}'.encode(encoding)
    assert read_legend(data).classes[0].label == label


def test_a_text_with_a_foreign_declaration_is_read_as_text() -> None:
    text = '\ufeff<?xml version="1.0" encoding="UTF-16"?>' + document(colour_map("", entry(1, more='label="ü"')))
    assert read_legend(text).classes[0].label == "ü"


@pytest.mark.parametrize(
    "inside", ["<ContrastEnhancement/>", "<ContrastEnhancement><GammaValue>1.0</GammaValue></ContrastEnhancement>"]
)
def test_empty_contrast_and_gamma_one_change_nothing(inside: str) -> None:  # R16
    style = read(document(colour_map("", entry(1)), after=inside + "<OverlapBehavior><AVERAGE/></OverlapBehavior>"))
    assert style.warnings == ()


def test_categorize_is_open_at_both_ends() -> None:  # R19
    text = "<Value>#000000</Value><Threshold>1</Threshold><Value>#ffffff</Value>"
    legend = read_legend(document(f"<ColorMap><Categorize><LookupValue/>{text}</Categorize></ColorMap>"))
    assert edges(legend) == [(None, 1), (1, None)]


@pytest.mark.parametrize("name", ["threshholdsBelongTo", "thresholdsBelongTo"])
def test_thresholds_may_belong_to_the_preceding_class(name: str) -> None:  # R19
    text = "<Value>#000000</Value><Threshold>1</Threshold><Value>#ffffff</Value>"
    style = read(document(f'<ColorMap><Categorize {name}="preceding">{text}</Categorize></ColorMap>'))
    bound = style.legend.classes[0].maximum
    assert bound is not None
    assert 1 < bound < 1 + 1e-14
    assert len(style.warnings) == 1


def test_interpolate_is_a_ramp() -> None:  # R20
    point = "<InterpolationPoint><Data>{}</Data><Value>{}</Value></InterpolationPoint>"
    points = point.format(0, "#000000") + point.format(2, "#ffffff")
    legend = read_legend(document(f"<ColorMap><Interpolate>{points}</Interpolate></ColorMap>"))
    assert (legend.kind, edges(legend)) == (ColourMapKind.RAMP, [(0, 0), (2, 2)])


def test_defaults_of_env_are_drawn_and_said() -> None:  # ENV
    style = read(document(colour_map("", entry("${env('q', 3)}", "${env('c','#AABBCC')}"))))
    assert (style.legend.classes[0].minimum, style.legend.classes[0].colour) == (3, Colour(170, 187, 204))
    assert style.warnings == ("ColorMapEntry: values the server can change (env) are drawn by their defaults.",)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (document(colour_map("intervals", entry(2), entry(1))), "ColorMap"),
        (document(colour_map("interval", entry(1))), "ColorMap"),
        (document(colour_map("", entry(1, "#80102030"))), "ColorMapEntry 1"),
        (document(colour_map("", entry(1, more='opacity="2"'))), "ColorMapEntry 1"),
        (document(colour_map("", entry(1)), after="<ShadedRelief/>"), "RasterSymbolizer"),
        (document(colour_map("", entry(1)), after="<VendorOption name='x'/>"), "VendorOption"),
        (
            document(colour_map("", entry(1)), after="<ContrastEnhancement><Normalize/></ContrastEnhancement>"),
            "ContrastEnhancement",
        ),
        (document(colour_map("", entry(1)), after="</RasterSymbolizer><RasterSymbolizer>"), "Rule"),
        (
            document(colour_map("", entry(1))).replace(
                "<Rule>", "<Rule><MinScaleDenominator>5e4</MinScaleDenominator>"
            ),
            "Rule",
        ),
        (document(colour_map("", entry(1))).replace("<Rule>", "<Rule><Filter/>"), "Rule"),
        (document(colour_map("", entry(1))).replace("<Rule>", "<Transformation/><Rule>"), "FeatureTypeStyle"),
    ],
)
def test_what_may_be_meant_otherwise_is_said_with_its_place(text: str, place: str) -> None:
    assert [warning.split(":")[0] for warning in read(text).warnings] == [place]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", RefusalCode.NOT_XML),
        ("{}", RefusalCode.NOT_XML),
        ("<a>", RefusalCode.NOT_XML),
        (b"\xff\xfe\x00", RefusalCode.NOT_XML),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', RefusalCode.NO_SYMBOLIZER),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', RefusalCode.NOT_XML),
        ("<StyledLayerDescriptor/>", RefusalCode.NO_SYMBOLIZER),
        (document(""), RefusalCode.NO_COLOUR_MAP),
        (document("<ColorMap/>"), RefusalCode.NO_ENTRIES),
        (document("<ColorMap><Recode/></ColorMap>"), RefusalCode.FUNCTION),
        (document("<ColorMap><Categorize><Threshold>1</Threshold></Categorize></ColorMap>"), RefusalCode.THRESHOLDS),
        (document(colour_map("", 'quantity="1"')), RefusalCode.COLOUR),
        (document(colour_map("", entry(1, "#12"))), RefusalCode.COLOUR),
        (document(colour_map("", 'color="#000000"')), RefusalCode.QUANTITY),
        (document(colour_map("", entry("NaN"))), RefusalCode.QUANTITY),
        (document(colour_map("", entry("1_0"))), RefusalCode.QUANTITY),
        (document(colour_map("", entry(1, more='opacity="x"'))), RefusalCode.OPACITY),
        (document(colour_map("", entry("inf"))), RefusalCode.INFINITE),
        (document(colour_map("", entry("${1+1}"))), RefusalCode.EXPRESSION),
        (document(colour_map("", entry("$env{a}"))), RefusalCode.EXPRESSION),
        (
            document(colour_map("", entry(1)), before="<ChannelSelection><RedChannel/></ChannelSelection>"),
            RefusalCode.CHANNELS,
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_code(text: str | bytes, code: RefusalCode) -> None:
    assert refusal(text) is code


@pytest.mark.parametrize(
    "definition",
    [
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_definitions_of_unsupported_parts_are_never_followed(definition: str) -> None:
    assert refusal(definition + document(colour_map("", entry(1)))) is RefusalCode.DOCTYPE


@pytest.mark.parametrize("text", ["<a>" * 200_000, "x" * (17 * 1024 * 1024), "<a>" * 100_000 + "</a>" * 100_000])
def test_huge_and_deep_documents_are_refused_in_time(text: str) -> None:
    begun = time.monotonic()
    assert refusal(text) in (RefusalCode.NOT_XML, RefusalCode.TOO_LARGE, RefusalCode.NO_SYMBOLIZER)
    assert time.monotonic() - begun < 2


def test_several_hundred_entries_are_ordinary() -> None:  # R10
    assert len(intervals(*(entry(number) for number in range(900)))) == 900


def test_real_documents_are_read_or_refused_with_a_reason(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "data" / "sld").glob("*.sld")):
        try:
            legend = read_legend(path.read_bytes())
            found[path.name[:2]] = (len(legend), legend.kind.value)
        except SldRefused as error:
            found[path.name[:2]] = (0, error.code.value)
    assert found == {
        "01": (6, "ramp"),
        "02": (5, "ramp"),
        "03": (17, "ramp"),
        "04": (169, "values"),
        "05": (2, "intervals"),
        "06": (25, "intervals"),
        "07": (11, "ramp"),
        "08": (0, "several-channels"),
    }
