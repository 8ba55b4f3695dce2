"""Whole documents: their styles, rules, bands and contrasts (R and codes: sld-semantics)."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.legend.spec import ColourMapKind
from pixxel_explorer.plugin.sld.raster_style import Channel, Contrast, ContrastMethod, RasterStyle
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read, read_styles

MAP = '<ColorMap><ColorMapEntry color="#000000" quantity="0"/><ColorMapEntry color="#ffffff" quantity="1"/></ColorMap>'


def rule(inside: str = MAP, before: str = "") -> str:
    return f"<Rule>{before}<RasterSymbolizer>{inside}</RasterSymbolizer></Rule>"


def user_style(name: str = "", *rules: str, before: str = "") -> str:
    named = f"<Name>{name}</Name>" if name else ""
    return f"<UserStyle>{named}{before}<FeatureTypeStyle>{''.join(rules or (rule(),))}</FeatureTypeStyle></UserStyle>"


def document(*styles: str, layer: str = "layer") -> str:
    return (
        f"<StyledLayerDescriptor><NamedLayer><Name>{layer}</Name>{''.join(styles)}</NamedLayer></StyledLayerDescriptor>"
    )


def only(inside: str, before: str = "") -> RasterStyle:
    (style,) = read_styles(document(user_style("one", rule(inside, before))))
    return style


def channel(name: str, source: str, more: str = "") -> str:
    return f"<{name}><SourceChannelName>{source}</SourceChannelName>{more}</{name}>"


def contrast(inside: str) -> str:
    return f"<ContrastEnhancement>{inside}</ContrastEnhancement>"


def test_every_style_comes_the_default_first_and_by_its_name() -> None:
    text = document(
        user_style("plain"), user_style("fine", before="<Title>Fine one</Title><IsDefault>1</IsDefault>"), user_style()
    )
    styles = read_styles(text)
    assert [style.name for style in styles] == ["fine", "plain", "layer"]
    assert styles[0].title == "Fine one"


def test_a_style_without_rasters_is_no_style_for_them() -> None:
    vector = "<UserStyle><Name>v</Name><FeatureTypeStyle><Rule><PointSymbolizer/></Rule></FeatureTypeStyle></UserStyle>"
    assert [style.name for style in read_styles(document(vector, user_style("r")))] == ["r"]
    with pytest.raises(SldRefused) as caught:
        read_styles(document(vector))
    assert caught.value.code is RefusalCode.NO_SYMBOLIZER


def test_a_second_style_that_cannot_be_drawn_is_left_out_and_said() -> None:
    first, *others = read_styles(document(user_style("good"), user_style("bad", rule("<ColorMap/>"))))
    assert others == []
    assert [warning.split(":")[0] for warning in first.warnings] == ["UserStyle bad"]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("<MinScaleDenominator>5e4</MinScaleDenominator>", (50_000, None)),
        ("<MaxScaleDenominator> 100000 </MaxScaleDenominator>", (None, 100_000)),
        ("<MinScaleDenominator>0</MinScaleDenominator><MaxScaleDenominator>1e20</MaxScaleDenominator>", (None, None)),
        ("<MaxScaleDenominator>inf</MaxScaleDenominator>", (None, None)),
        ("<MaxScaleDenominator>near</MaxScaleDenominator>", (None, None)),
    ],
)
def test_the_scale_limits_of_a_single_rule(limits: str, expected: tuple[float | None, float | None]) -> None:  # R21
    style = only(MAP, limits)
    assert (style.least_scale, style.greatest_scale) == expected
    assert style.warnings == ()


def test_of_several_rules_the_first_is_drawn_at_any_scale_and_that_is_said() -> None:  # MULTI
    near, far = "<MaxScaleDenominator>5e4</MaxScaleDenominator>", "<MinScaleDenominator>5e4</MinScaleDenominator>"
    (style,) = read_styles(document(user_style("one", rule(before=near), rule(before=far))))
    assert (style.least_scale, style.greatest_scale) == (None, None)
    assert [warning.split(":")[0] for warning in style.warnings] == ["Rule"]


def test_what_is_for_the_legend_only_is_not_drawn() -> None:
    hidden = '<VendorOption name="inclusion">legendOnly</VendorOption>'
    shown = MAP.replace("#000000", "#ff0000")
    (style,) = read_styles(document(user_style("one", rule(MAP + hidden), rule(shown))))
    assert style.legend is not None
    assert style.legend.classes[0].colour.hex == "#ff0000"
    with pytest.raises(SldRefused):
        read_styles(document(user_style("one", rule(MAP + hidden))))


def test_without_a_colour_map_one_band_is_drawn_in_grey() -> None:  # NOMAP
    style = only("<Opacity>0.4</Opacity>")
    assert (style.legend, style.colours, style.grey, style.opacity) == (None, None, Channel(), 0.4)


def test_a_grey_channel_names_its_band_by_number_or_name() -> None:  # R17
    assert only(f"<ChannelSelection>{channel('GrayChannel', '3')}</ChannelSelection>{MAP}").grey.band == 3
    named = only(f"<ChannelSelection>{channel('GrayChannel', 'hillshade')}</ChannelSelection>{MAP}").grey
    assert (named.source, named.band) == ("hillshade", None)


def test_red_green_and_blue_are_bands_with_contrasts_of_their_own() -> None:  # RGB
    stretched = contrast("<Normalize/>")
    bands = channel("RedChannel", "3") + channel("BlueChannel", "1", stretched) + channel("GreenChannel", "2")
    style = only(f"<ChannelSelection>{bands}</ChannelSelection>{contrast('<GammaValue>1.5</GammaValue>')}{MAP}")
    overall = Contrast(gamma=1.5)
    assert style.colours == (
        Channel("3", overall),
        Channel("2", overall),
        Channel("1", Contrast(ContrastMethod.NORMALIZE)),
    )
    assert style.legend is None
    assert [warning.split(":")[0] for warning in style.warnings] == ["ColorMap"]


def test_a_colour_without_a_band_is_said() -> None:
    style = only(f"<ChannelSelection>{channel('RedChannel', '1')}</ChannelSelection>")
    assert style.colours == (Channel("1"), None, None)
    assert len(style.warnings) == 2


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", Contrast()),
        ("<GammaValue>1</GammaValue>", Contrast()),
        ("<GammaValue><Literal>0.5</Literal></GammaValue>", Contrast(gamma=0.5)),
        ("<Histogram/>", Contrast(ContrastMethod.HISTOGRAM)),
        ("<Normalize/><GammaValue>2</GammaValue>", Contrast(ContrastMethod.NORMALIZE, 2.0)),
        (
            '<Normalize><VendorOption name="algorithm">StretchToMinimumMaximum</VendorOption>'
            '<VendorOption name="minValue">50</VendorOption>'
            '<VendorOption name="maxValue">100</VendorOption></Normalize>',
            Contrast(ContrastMethod.NORMALIZE, 1.0, 50, 100),
        ),
        ("<Logarithmic/>", Contrast(ContrastMethod.LOGARITHMIC)),
    ],
)
def test_contrast_of_a_grey_band(inside: str, expected: Contrast) -> None:  # CONTRAST, R16
    on_channel = f"<ChannelSelection>{channel('GrayChannel', '1', contrast(inside))}</ChannelSelection>"
    assert only(on_channel).grey == Channel("1", expected)
    assert only(contrast(inside)).grey.contrast == expected


@pytest.mark.parametrize("gamma", ["0", "-1", "inf", "NaN", "bright"])
def test_a_gamma_that_is_no_positive_number_is_refused(gamma: str) -> None:
    with pytest.raises(SldRefused) as caught:
        only(contrast(f"<GammaValue>{gamma}</GammaValue>"))
    assert caught.value.place == "GammaValue"


def test_contrast_over_a_colour_map_is_left_out_and_said() -> None:  # CONTRAST
    style = only(MAP + contrast("<Normalize/>"))
    assert style.legend is not None
    assert style.grey.contrast == Contrast()
    assert [warning.split(":")[0] for warning in style.warnings] == ["ContrastEnhancement"]


def test_who_wants_a_legend_is_reported_of_scales_and_further_styles() -> None:
    near = "<MaxScaleDenominator>5e4</MaxScaleDenominator>"
    style = read(document(user_style("one", rule(before=near)), user_style("two")))
    assert style.legend.kind is ColourMapKind.RAMP
    assert {warning.split(":")[0] for warning in style.warnings} == {"Rule", "StyledLayerDescriptor"}


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.0"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_definitions_are_refused_in_whatever_bytes_they_come(declared: str, encoding: str) -> None:
    text = declared + '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + document(user_style("&x;"))
    with pytest.raises(SldRefused) as caught:
        read_styles(text.encode(encoding))
    assert caught.value.code in (RefusalCode.DOCTYPE, RefusalCode.NOT_XML)


def test_words_that_look_like_definitions_are_only_words() -> None:
    text = document(user_style("one", rule(MAP.replace("<ColorMap>", "<ColorMap><!-- <!DOCTYPE a> -->"))))
    assert read_styles(text)[0].legend is not None


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="UTF-8"?>'])
def test_letters_of_windows_in_a_document_that_says_utf_8_are_read_and_said(declared: str) -> None:
    labelled = MAP.replace('quantity="0"', 'quantity="0" label="Flächen – trocken"')
    (style,) = read_styles((declared + document(user_style("one", rule(labelled)))).encode("cp1252"))
    assert style.legend is not None
    assert style.legend.classes[0].label == "Flächen – trocken"
    assert "Windows-1252" in style.warnings[0]


def test_bytes_that_are_no_letters_at_all_are_refused() -> None:
    with pytest.raises(SldRefused) as caught:
        read_styles(bytes(range(128, 256)) * 10)
    assert caught.value.code is RefusalCode.NOT_XML


def test_of_two_values_of_one_quantity_the_first_is_drawn_and_that_is_said() -> None:
    twice = '<ColorMapEntry color="#ff0000" quantity="1"/><ColorMapEntry color="#00ff00" quantity="1.0"/>'
    style = only(f'<ColorMap type="values">{twice}</ColorMap>')
    assert style.legend is not None
    assert [entry.colour.hex for entry in style.legend.classes] == ["#ff0000"]
    assert [warning.split(":")[0] for warning in style.warnings] == ["ColorMap"]
