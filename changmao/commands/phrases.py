"""`changmao phrases`: the phrasebook."""

from __future__ import annotations

import typer

from changmao.commands import phrases_check, phrases_fit, phrases_release, phrases_show, phrases_test

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The phrasebook: checked, prepared by one person, released by another, rolled back at will."""


app.command()(phrases_show.show)
app.command()(phrases_show.versions)
app.command()(phrases_show.diff)
app.command()(phrases_check.check)
app.command("test")(phrases_test.try_out)
app.command()(phrases_release.prepare)
app.command()(phrases_release.release)
app.command()(phrases_release.discard)
app.command()(phrases_release.rollback)
app.command("fit")(phrases_fit.fit_phrases)
