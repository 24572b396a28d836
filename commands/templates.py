"""Templates from YAML files: applying them, listing them, and how they come out for real records."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.output import Json, fail, name_of, print_json, print_table
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

if TYPE_CHECKING:
    from domain.template_source import TemplateDocument

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Apply, list and preview templates: texts to send again and again, in one or more languages.",
)

Key = Annotated[str, typer.Argument(help="The key of the template.")]


@app.command()
def apply(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="Templates as YAML files.")
    ],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Store templates, each under its key; archived ones are in use again. The same file again changes nothing.

    Sequences keep the words they were published with.

    Example: `touchline template apply examples/templates/*.yaml`
    """
    documents = {file: _read(file) for file in files}
    shown = []
    with connect(api) as client:
        for file, document in documents.items():
            wanted = _body(document)
            known = _find(client, document.key)
            if known is None:
                done, what = client.post("/templates", {"key": document.key, **wanted}), "added"
            else:
                done, what = known, "unchanged"
                path = f"/templates/{known['id']}"
                if known["archived_at"] is not None:
                    done, what = client.post(f"{path}/restore"), "restored"
                if any(known[name] != value for name, value in wanted.items()):
                    done, what = client.patch(path, wanted), "changed"
            shown.append(done)
            if not as_json:
                typer.echo(f"{file}: {document.key} {what}")
    if as_json:
        print_json(shown)


@app.command("list")
def list_(
    archived: Annotated[bool, typer.Option(help="Those that are out of use.")] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """List the templates, with how often they were used in the last 90 days and answered.

    Example: `touchline template list`
    """
    with connect(api) as client:
        items = list(client.items("/templates", archived=str(archived).lower()))
    if as_json:
        print_json(items)
        return
    print_table(
        ("KEY", "NAME", "FOR", "LANGUAGES", "SHARED WITH", "USES", "ANSWERED"),
        [
            (
                item["key"],
                item["name"],
                item["record_kind"] or "every kind",
                " ".join(item["variants"]),
                item["sharing"].replace("_", " "),
                item["statistics"]["uses"],
                _percent(item["statistics"]["reply_rate"]),
            )
            for item in items
        ],
    )


@app.command()
def show(key: Key, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show a template's words in every language, and what the policy for texts has against them.

    Example: `touchline template show book-a-call`
    """
    with connect(api) as client:
        item = _get(client, key)
    if as_json:
        print_json(item)
        return
    print_table(("LANGUAGE", "TEXT"), list(item["variants"].items()))
    for found in item["findings"]:
        typer.echo(f"{found['severity']}, {found['language']}: {found['message']}", err=True)


@app.command()
def preview(
    key: Key,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many records to show.")] = 5,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Show what the newest records would be sent, and how many segments that is over 200 of them. Sends nothing.

    Example: `touchline template preview book-a-call`
    """
    with connect(api) as client:
        item = _get(client, key)
        found = client.post(f"/templates/{item['id']}/preview", {"limit": limit})
    if as_json:
        print_json(found)
        return
    print_table(
        ("RECORD", "LANGUAGE", "SEGMENTS", "TEXT"),
        [
            (
                name_of(each["record"]),
                each["language"],
                each["segments"],
                each["text"] or each["problem"],
            )
            for each in found["records"]
        ],
    )
    counted = found["range"]
    typer.echo(
        f"{counted['least']} to {counted['most']} segments, usually {counted['usual']}, "
        f"over {counted['sampled']} records; {counted['unfilled']} cannot be sent it",
        err=True,
    )


@app.command()
def archive(key: Key, api: ApiUrl = None) -> None:
    """Take a template out of use. What was published with its words goes on.

    Example: `touchline template archive book-a-call`
    """
    with connect(api) as client:
        client.post(f"/templates/{_get(client, key)['id']}/archive")
    typer.echo(f"{key}: archived")


def _read(file: Path) -> "TemplateDocument":
    from domain.template_source import InvalidTemplate, parse_yaml

    try:
        return parse_yaml(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        fail(1, f"{file}: this is not UTF-8 text")
    except InvalidTemplate as error:
        fail(1, *(f"{file}: {problem}" for problem in error.problems))


def _body(document: "TemplateDocument") -> dict[str, Any]:
    from domain.segments import normalise

    return {
        "name": document.name,
        "record_kind": document.record,
        "default_language": document.default_language,
        "sharing": document.sharing,
        "variants": {language: normalise(text) for language, text in document.texts.items()},
    }


def _find(client: ApiClient, key: str) -> dict[str, Any] | None:
    for archived in ("false", "true"):
        for item in client.items("/templates", q=key, archived=archived):
            if item["key"] == key:
                return item
    return None


def _get(client: ApiClient, key: str) -> dict[str, Any]:
    found = _find(client, key)
    if found is None:
        fail(1, f"There is no template {key!r}, or it is not shared with you.")
    return found


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.0%}"
