"""The progress bar: only on a terminal, and only passing the rows on."""

import io

from portfolio.imports.progress import Bar, Progress, progress_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_rows_pass_unchanged_and_the_bar_ends_full() -> None:
    terminal = Terminal()
    bar = progress_on(terminal)
    assert list(bar.rows("Reading", range(250), total=250)) == list(range(250))
    bar.stage("Writing")
    bar.done()
    shown = [line.rstrip() for line in terminal.getvalue().split("\r")]
    assert isinstance(bar, Bar)
    assert any("50%" in line for line in shown)
    assert f"Reading    [{'#' * 30}] 100%" in shown
    assert "Writing ..." in shown
    assert "\n" not in terminal.getvalue()


def test_it_is_quiet_where_nobody_looks() -> None:
    stream = io.StringIO()
    quiet = progress_on(stream)
    assert list(quiet.rows("Reading", "abc", total=3)) == ["a", "b", "c"]
    quiet.stage("Writing")
    quiet.done()
    assert type(quiet) is Progress
    assert stream.getvalue() == ""
