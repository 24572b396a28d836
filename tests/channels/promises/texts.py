"""What do people write? Texts in every alphabet, and what is special to one of the formats on their way."""

from typing import Final

import pytest

BODIES: Final = [
    pytest.param("See you at 5 🙂", id="emoji"),
    pytest.param("👩🏽‍🌾👨‍👩‍👧🇳🇴 e\u0301", id="joined emoji and accents"),
    pytest.param("x" * 1600, id="1600 characters"),
    pytest.param("я" * 1600, id="1600 characters of two bytes"),
    pytest.param("🙂" * 800, id="1600 halves of surrogate pairs"),
    pytest.param("100 € {[^~]}|\\ @£$¥", id="GSM-7 and its extension"),
    pytest.param("Жду вас в 5 часов", id="Cyrillic"),
    pytest.param("明日お会いしましょう", id="Japanese"),
    pytest.param("שלום، مرحبا", id="right to left"),
    pytest.param("a+b = c & d%20e; f?g#h", id="special in a form"),
    pytest.param('"quoted" \\n \\u0041 </script> \'', id="special in JSON"),
    pytest.param("line one\nline two\r\n\tline three", id="line breaks"),
    pytest.param("  blanks around\u00a0 ", id="blanks"),
]
