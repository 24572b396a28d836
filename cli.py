"""The `touchline` command: which words a person types, and what becomes of an error they meet.

The commands that start a part of the product are here; those that speak to a running one over HTTP are in
commands/. Everything heavy is imported by the command that needs it, so that `--help` comes at once.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from commands import (
    access,
    alerts,
    bulk_texts,
    consent,
    conversations,
    deciding,
    embed,
    enrollments,
    keys,
    numbers,
    organisation,
    people,
    providers,
    reconcile,
    records,
    search,
    sequences,
    setting_up,
    sign_in,
    templates,
    transcripts,
    work,
)
from commands.output import fail
from commands.settings import required_database_url, server_database, settings_of
from trial.client import ApiError, Malformed, NotSignedIn, Refused, Unexpected, Unreachable
from trial.errors import TrialError

_REFUSED, _USAGE, _AWAY = 1, 2, 3


class _Touchline(TyperGroup):
    """Tells people what went wrong in words, and scripts by the exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except NotSignedIn as error:
            fail(_AWAY, f"{error} Use `touchline sign-in EMAIL`, or set TOUCHLINE_TOKEN.")
        except Malformed as error:
            fail(_USAGE, str(error))
        except Unexpected as error:
            fail(_AWAY, f"{error} Name Touchline's address: --api.")
        except Unreachable as error:
            fail(
                _AWAY, f"{error}. Start Touchline with `touchline up`, or name its address: --api."
            )
        except Refused as error:
            more = [str(item) for item in error.mistakes if item.message not in error.detail]
            fail(_REFUSED, error.detail, *more)
        except (ApiError, TrialError) as error:
            fail(_REFUSED, str(error), *getattr(error, "__notes__", ()))


app = typer.Typer(
    cls=_Touchline,
    no_args_is_help=True,
    add_completion=False,
    # among them are tokens and passwords
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
    help="""Sales sequences by text message: no text twice, no text lost.

Try it: `touchline up` starts everything here, with an example organisation; `touchline demo` tells the whole story in a
minute. The other commands speak to a running Touchline over HTTP: the local one, or the one that `--api` or
TOUCHLINE_API_URL names, as whom `touchline sign-in` or TOUCHLINE_TOKEN says (in the local trial, as its administrator).

Results go to stdout, messages to stderr. Exit codes: **0** done; **1** refused, wholly or in part, and why;
**2** wrong usage; **3** Touchline cannot be reached, or you are not signed in.
""",
)


@app.command()
def up() -> None:
    """Start everything on this machine: database, engine, carrier, worker, API and web page.

    Data stays in TOUCHLINE_HOME (`.touchline`); what stopped goes on where it was. Ctrl-C stops it.

    Example: `TOUCHLINE_PORT=8500 touchline up`
    """
    import asyncio

    from rich.console import Console

    try:
        from trial.settings import TrialSettings
        from trial.up import up as run
    except ImportError as error:
        fail(
            _REFUSED,
            f"The local trial's servers are not installed here ({error.name} is missing).",
            "Use `make run` in a checkout, or start the parts one by one: migrate, worker, api.",
        )

    asyncio.run(run(settings_of(TrialSettings), Console()))


@app.command()
def demo(
    home: Annotated[
        Path | None,
        typer.Option(
            help="Data folder to use and keep; by default a temporary one.", metavar="DIR"
        ),
    ] = None,
) -> None:
    """Perform the whole story in a minute, with real parts: texts, answers, a STOP, a killed worker.

    Every claim is checked from outside; one that does not hold ends the demo with exit code 1.

    Example: `touchline demo`
    """
    from rich.console import Console

    from trial.demo import perform

    perform(home, Console())


@app.command()
def worker() -> None:
    """Run a worker: it carries out what enrollments have to do. Any number may run.

    Example: `TOUCHLINE_DATABASE_URL=postgresql://… TEMPORAL_ADDRESS=temporal:7233 touchline worker`
    """
    import asyncio

    import worker as process

    required_database_url()
    asyncio.run(process.main())


@app.command()
def api() -> None:
    """Run the API with the web page. Any number may run.

    Example: `TOUCHLINE_DATABASE_URL=postgresql://… TOUCHLINE_HOST=0.0.0.0 touchline api`
    """
    import runpy

    required_database_url()
    runpy.run_module("api", run_name="__main__")


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema. Running it again changes nothing.

    Example: `TOUCHLINE_DATABASE_URL=postgresql://… touchline migrate`
    """
    from db.migrate import upgrade

    with server_database() as url:
        upgrade(url)


@app.command()
def administrator(
    email: Annotated[str, typer.Argument(help="Their e-mail address, to sign in with.")],
    organisation: Annotated[str, typer.Option(help="The name of the new organisation.")],
    first_name: Annotated[str, typer.Option()] = "Touchline",
    last_name: Annotated[str, typer.Option()] = "Administrator",
) -> None:
    """Begin an organisation on a server, with its first administrator; prints the password, once.

    Example: `touchline administrator ada@example.com --organisation "Northwind Cycles"`
    """
    import asyncio

    from commands.administrator import begin

    with server_database() as url:
        typer.echo(asyncio.run(begin(url, organisation, email, first_name, last_name)))


@app.command()
def reset_password(
    email: Annotated[str, typer.Argument(help="The e-mail address they sign in with.")],
) -> None:
    """Let somebody in again whom no administrator can help, on a server; prints a new password, once.

    All their sessions end. Where somebody can administer the organisation, `touchline user password` does it.

    Example: `touchline reset-password ada@example.com`
    """
    import asyncio

    from commands.administrator import reset_password as run

    with server_database() as url:
        typer.echo(asyncio.run(run(url, email)))


app.add_typer(sequences.app, name="sequence")
app.add_typer(templates.app, name="template")
app.add_typer(work.app, name="work")
work.app.command("show")(deciding.show)
work.app.command("approve")(deciding.approve)
work.app.command("approve-all")(deciding.approve_all)
work.app.command("undo")(deciding.undo)
work.app.command("skip")(deciding.skip)
work.app.command("complete")(deciding.complete)
app.add_typer(providers.app, name="provider")
providers.app.command("connect")(setting_up.connect_account)
providers.app.command("setup")(setting_up.setup)
providers.app.command("numbers")(setting_up.discover_numbers)
providers.app.command("webhooks")(setting_up.webhooks)
providers.app.command("verify")(setting_up.verify)
providers.app.command("rotate")(setting_up.rotate)
app.add_typer(numbers.app, name="number")
app.add_typer(embed.app, name="embed")
app.add_typer(access.users, name="user")
app.add_typer(access.roles, name="role")
app.add_typer(access.units, name="unit")
app.command("organisation")(organisation.organisation)
app.add_typer(consent.app, name="consent")
app.add_typer(people.app, name="person")
app.command("alerts")(alerts.alerts)
app.command("reconcile")(reconcile.reconcile)
app.command("rotate-key")(keys.rotate_key)
app.command("import")(records.import_)
app.add_typer(enrollments.app, name="enrollment")
app.command("enroll")(enrollments.enroll)
app.command("reply")(conversations.reply)
app.command("bulk-text")(bulk_texts.bulk_text)
app.command("cancel")(conversations.cancel)
app.command("why")(conversations.why)
app.command("move")(conversations.move)
app.command("transcript")(transcripts.transcript)
app.command("verify-transcript")(transcripts.verify)
app.command("search")(search.search)
app.command("sign-in")(sign_in.sign_in)
app.command("sign-out")(sign_in.sign_out)
app.command("password")(sign_in.password)


def main() -> None:
    """Run the command that was typed."""
    app(prog_name="touchline")


if __name__ == "__main__":
    main()
