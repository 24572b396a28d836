import pytest

from handset.segments import count_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        pytest.param("", 1, id="an empty text"),
        pytest.param("a" * 160, 1, id="a full single segment"),
        pytest.param("a" * 161, 2, id="one more character"),
        pytest.param("a" * 306, 2, id="two full parts"),
        pytest.param("a" * 307, 3, id="one more than two parts"),
        pytest.param("€" * 80, 1, id="extended characters count twice"),
        pytest.param("€" * 81, 2, id="extended characters overflow"),
        pytest.param("a" * 152 + "€" + "a" * 152, 3, id="an escape pair is not cut"),
        pytest.param("^{}\\[~]|€", 1, id="every extended character"),
        pytest.param("é" * 160, 1, id="accents of GSM-7"),
        pytest.param("ç" * 71, 2, id="small c with cedilla is not in GSM-7"),
        pytest.param("😀" * 35, 1, id="70 UCS-2 units"),
        pytest.param("😀" * 36, 2, id="72 UCS-2 units"),
        pytest.param("a" * 66 + "😀" + "a" * 66, 3, id="a surrogate pair is not cut"),
        pytest.param("’" + "a" * 69, 1, id="a curly quote makes it UCS-2"),
        pytest.param("’" + "a" * 70, 2, id="71 UCS-2 units"),
    ],
)
def test_a_text_is_cut_into_as_many_segments_as_carriers_cut_it(text: str, segments: int) -> None:
    assert count_segments(text) == segments
