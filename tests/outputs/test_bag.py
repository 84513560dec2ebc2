"""The texts of a bag's tag files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.bag import bag_info, escaped, manifest, read_bag_info, read_manifest, unescaped
from outputs.writer import Receipt


@settings(deadline=None)
@given(st.text())
def test_a_path_escaped_is_one_line_and_comes_back(path):
    assert unescaped(escaped(path)) == path
    assert not {"\r", "\n"} & set(escaped(path))


def test_a_manifest_is_sorted_and_comes_back():
    receipts = [Receipt("b.xml", "bb" * 32, 1), Receipt("a%0A.xml", "aa" * 32, 1)]
    text = manifest(receipts, prefix="data/")
    assert text == f"{'aa' * 32}  data/a%250A.xml\n{'bb' * 32}  data/b.xml\n"
    assert read_manifest(text) == ({"data/a%0A.xml": "aa" * 32, "data/b.xml": "bb" * 32}, ())


def test_a_manifest_that_repeats_or_rambles_is_found_out():
    line = f"{'AB' * 32} x\r\n"
    assert read_manifest(f"{line}{line}ab x\n") == ({"x": "ab" * 32}, (2, 3))


@pytest.mark.parametrize(
    ("label", "value"), [("A", "x\ny"), ("A", "x\u2028y"), ("A", ""), ("A:B", "x"), (" A", "x")]
)
def test_an_entry_that_would_read_as_another_is_refused(label, value):
    with pytest.raises(ValueError, match="one line"):
        bag_info({label: value})


def test_entries_come_back_in_order():
    entries = {"Source-Organization": "示范大学", "Internal-Sender-Description": "时间: 9:00"}
    assert list(read_bag_info(bag_info(entries)).items()) == list(entries.items())
