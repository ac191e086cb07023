import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.site.site import Path
from api.site.toml_positions import lines_of, nearest_line
from tests.site.town import TOWN

AWKWARD = '''\
a = 1  # a comment
"quoted key" = 2
b.c."d e" = 3

[t]
x = """
two
lines"""
[[t.list]]
y = 1
[[t.list]]
y = [
  # a comment
  1,
  { z = 2, "w v" = [3] },
]
[t.list.sub]
q = 1979-05-27T07:32:00Z
[[t.list.deep]]
r = 1
[t."x.y"]
s = 'literal'
'''


def paths_of(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of every value below this one."""
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = dict(enumerate(value)).items()
    else:
        return [path]
    return [path, *(one for key, below in inside for one in paths_of(below, (*path, key)))]


def test_awkward_ways_of_writing_are_found() -> None:
    lines = lines_of(AWKWARD)
    for path, line in {
        ("a",): 1, ("quoted key",): 2, ("b", "c", "d e"): 3, ("t", "x"): 6,
        ("t", "list", 0): 9, ("t", "list", 1, "y", 1, "w v", 0): 15,
        ("t", "list", 1, "sub", "q"): 18, ("t", "list", 1, "deep", 0, "r"): 20,
        ("t", "x.y", "s"): 22,
    }.items():  # fmt: skip
        assert lines[path] == line, path


def test_every_value_of_a_file_has_a_line() -> None:
    for text in (AWKWARD, TOWN):
        lines, written = lines_of(text), text.splitlines()
        for path in paths_of(tomllib.loads(text)):
            found = nearest_line(lines, path)
            assert 1 <= found <= len(written)
            leaf = path[-1] if path else ""
            if isinstance(leaf, str) and path in lines and leaf.isidentifier():
                assert leaf in written[found - 1]


def test_what_is_missing_is_told_at_the_table_that_should_have_it() -> None:
    lines = lines_of(AWKWARD)
    assert nearest_line(lines, ("t", "list", 0, "nothing")) == 9
    assert nearest_line(lines, ("nothing",)) == 1


plain = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.text("ab\n\"'#[]=. 泵", max_size=6),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.text('ab. "泵', min_size=1, max_size=4), inside, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text('abc." 泵', min_size=1, max_size=4), plain, max_size=4))
def test_whatever_is_written_every_value_is_found(content: dict[str, Any]) -> None:
    import tomli_w

    text = tomli_w.dumps(content)
    lines = lines_of(text)
    for path in paths_of(tomllib.loads(text)):
        assert path in lines or isinstance(_at(content, path), dict | list)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
