"""The verb that shows the history of a study folder, says whether it holds, and settles what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.files.table_rows import write_table
from dosecal.app.options.inputs import OneSubject, Unblinded
from dosecal.app.options.outputs import Force, OutputName, output_of
from dosecal.app.options.speech import option, refuse, say, say_found
from dosecal.app.options.study import FolderName, Initials, ReasonText, RoleOption, moment_of, person_of
from dosecal.app.study import settling
from dosecal.app.study.history_view import balance_table, chosen, folder_balances, history_table
from dosecal.app.study.saving import history_of
from dosecal.app.study.study_folder import open_study
from dosecal.model.counts import counted

if TYPE_CHECKING:
    from datetime import date

    from dosecal.app.study.settling import HistoryState
    from dosecal.report.tables.table import Table


def history(
    context: typer.Context,
    folder: FolderName,
    verify: Annotated[bool, typer.Option("--verify", help="Say whether it holds; the exit code is 1 if not.")] = False,
    subject: OneSubject = None,
    kind: Annotated[str | None, option("--kind", "WHAT", "One kind of entries alone.")] = None,
    of_containers: Annotated[
        bool, typer.Option("--balances", help="The balance of each container in place of the entries.")
    ] = False,
    form: Annotated[Literal["table", "csv", "jsonl"], typer.Option("--format", help="How it is written.")] = "table",
    output: OutputName = None,
    force: Force = False,
    explain: Annotated[str | None, option("--explain", "FILE", "Say why a file was changed from outside.")] = None,
    carry_out: Annotated[
        bool, typer.Option("--carry-out", help="Write the row of the entry that was not carried out.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back the entry that was not carried out, by a further one.")
    ] = False,
    by: Initials = "",
    role: RoleOption = "coordinator",
    reason: ReasonText = "",
    unblinded: Unblinded = False,
) -> None:
    """Show what was recorded, by whom and why; say whether the history holds, and what was changed from outside.

    Where a blinded trial has arms, lots and doses apart, these have a history of their own: --unblinded is about that.

    \b
    Examples:
      dosecal history my-trial
      dosecal history my-trial --verify
      dosecal history my-trial --subject 001 --kind visit --format csv -o history.csv
      dosecal history my-trial --balances --format csv -o balances.csv
      dosecal history my-trial --explain weights.csv --reason "typed in from paper" --by MG
      dosecal history my-trial --withdraw --by MG
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    if (explain is not None) + carry_out + withdraw > 1:
        refuse("--explain", "one of --explain, --carry-out and --withdraw at a time")
    moment = moment_of(context, folder)
    if explain is not None:
        own = settling.explain(folder, explain, reason, person_of(by, role), moment, unblinded=unblinded)
        say(f"entry {own.n} explains {explain}")
    elif carry_out:
        say(f"entry {settling.carry_out_open_entry(folder, moment, unblinded=unblinded).n} is carried out")
    elif withdraw:
        entry = settling.withdraw_open_entry(folder, person_of(by, role), moment, unblinded=unblinded)
        say("the beginning of an entry was taken away" if entry is None else f"entry {entry.corrects} is withdrawn")
    elif not verify:
        table = (
            balances_of(folder, moment.date(), unblinded=unblinded)
            if of_containers
            else entries_of(folder, subject, kind, unblinded=unblinded)
        )
        write_table(table, output_of(output, form, force=force))
    state = settling.history_state(folder, unblinded=unblinded)
    _say_state(state)
    if verify and not state.holds:
        raise typer.Exit(1)


def entries_of(folder: str, subject: str | None = None, kind: str | None = None, *, unblinded: bool = False) -> Table:
    """The entries of a study folder about one subject, of one kind, or all.

    Raises:
        ScheduleError: If it is no study folder, or can't be read.
    """
    study = open_study(folder)
    entries = chosen(history_of(study.room(unblinded=unblinded)).entries, subject, kind)
    return history_table(entries, study.path, unblinded=unblinded)


def balances_of(folder: str, as_of: date, *, unblinded: bool = False) -> Table:
    """The balance of each container of a study folder.

    Raises:
        ScheduleError: If a file is refused, or the trial is blinded and that is not to be told.
    """
    return balance_table(folder_balances(open_study(folder), as_of, unblinded=unblinded))


def _say_state(state: HistoryState) -> None:
    say_found((), state.history.problems)
    for gap in state.outside:
        when = f"before entry {gap.before}" if gap.before else "and is so now"
        why = f"explained by entry {gap.explained_by}" if gap.explained_by else "not explained"
        say(f"{gap.file} was changed from outside after entry {gap.after}, {when}: {why}")
    if state.history.torn:
        say("the beginning of an entry stands at the end: --withdraw takes it away")
    if state.open_entry is not None:
        one = state.open_entry
        say(f"entry {one.n} was not carried out, {one.file} is as it was before: --carry-out or --withdraw")
    last = state.history.last
    if last is None:
        say("no entry: nothing says how the tables came to hold what they hold, or the history was taken away")
        return
    head = f"{counted(last.n, 'entry', 'entries')}, the last digest {last.digest}"
    chain = "the chain holds" if not state.history.problems else "the chain does not hold"
    say(f"{head}; {chain}. Initials are no electronic signature; note the last digest elsewhere")
