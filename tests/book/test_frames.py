"""Moving pictures: what is written into the page, and what is refused."""

import html
import json
import re

import matplotlib.pyplot as plt
import pytest

from book.support import frames
from book.support.frames import Dial


def picture(*values: float):
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot([0, sum(values)])
    return figure


def made(dials: list[Dial], alt=lambda *v: f"a line to {sum(v)}", draw=picture) -> tuple[str, str]:
    return frames.as_html(draw, dials, alt=alt, caption="See <it>.", name="moving", seconds=0.1)


def data(markup: str) -> dict[str, list[str]]:
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', markup, re.S)[1])


def test_every_setting_has_a_frame_and_a_text() -> None:
    markup, text = made([Dial("rate", [1, 2, 3], lambda v: f"{v} %", start=-1)])
    found = data(markup)
    assert found["alt"] == ["a line to 1", "a line to 2", "a line to 3"]
    assert len(set(found["frames"])) == 3
    assert f'src="{found["frames"][2]}" alt="a line to 3"' in markup
    assert text == "a line to 3"
    assert 'aria-valuetext="3 %"' in markup
    assert html.escape('["1 %", "2 %", "3 %"]') in markup
    assert "See &lt;it&gt;." in markup


def test_two_dials_step_through_every_pair_and_have_no_button() -> None:
    markup, text = made([Dial("a", [1, 2]), Dial("b", [10, 20, 30], start=1)])
    assert [t.split()[-1] for t in data(markup)["alt"]] == ["11", "21", "31", "12", "22", "32"]
    assert text == "a line to 21"
    assert markup.count('type="range"') == 2
    assert "<button" not in markup


def test_a_text_cannot_end_the_script_early() -> None:
    markup, _ = made([Dial("a", [1])], alt="</script><b>")
    assert data(markup)["alt"] == ["</script><b>"]
    assert "</script><b>" not in markup


@pytest.mark.parametrize(
    ("dials", "draw", "complaint"),
    [
        ([], picture, "one dial or two"),
        ([Dial("a", range(9)), Dial("b", range(9))], picture, "81 frames are too heavy"),
        ([Dial("a", [1, 2])], lambda v: plt.figure(figsize=(v, 1)), "differ in size"),
    ],
)
def test_what_cannot_be_shown_is_refused(dials, draw, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        made(dials, draw=draw)


def test_figures_are_closed() -> None:
    before = plt.get_fignums()
    made([Dial("a", [1, 2])])
    assert plt.get_fignums() == before
