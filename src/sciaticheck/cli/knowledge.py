"""`sciaticheck knowledge`: checks, proves and compares the content."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import deliver, fail, open_knowledge, reporting_problems, say, screen, write_whole
from sciaticheck.cli.help import Grouped
from sciaticheck.errors import visible

if TYPE_CHECKING:
    from sciaticheck.knowledge.evidence import Finding

File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A knowledge file; else the packaged one.")]

app = typer.Typer(cls=Grouped, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def group() -> None:
    """Look after the clinical content."""


def _end(findings: "list[Finding]", summary: str) -> NoReturn:
    """Prints the findings and the summary. Ends with exit status 1 if there are findings."""
    deliver("".join(visible(f"{path}: {message} [{code}]") + "\n" for code, path, message in findings), None)
    say(summary)
    raise typer.Exit(1 if findings else 0)


@app.command()
def lint(file: File = None) -> None:
    """Check that the content is well formed, cited, used and plainly worded. Exit status 1 for findings.

    Example: sciaticheck knowledge lint data/conditions.yaml
    """
    from sciaticheck.knowledge.files import data_file, translations
    from sciaticheck.knowledge.lint import lint as findings_in
    from sciaticheck.knowledge.lint import lint_reviews, lint_translations

    known, path = open_knowledge(file, "en"), file or data_file()
    with reporting_problems("the translations cannot be used."):
        findings = [*findings_in(known), *lint_reviews(path), *lint_translations(path)]
    counts = {
        "question": len(known.questions),
        "red flag": len(known.red_flags),
        "condition": len(known.conditions),
        "source": len(known.sources),
        "other language": len(translations(path)),
        "finding": len(findings),
    }
    reviewed = "{} of {} emergency rules reviewed by a clinician. ".format(*known.emergencies_reviewed)
    texts = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())
    _end(findings, f"{reviewed}{texts}.")


@app.command()
def verify(file: File = None) -> None:
    """Prove the guarantees over all answers, and that every red flag can decide. Exit status 1 for findings.

    Example: sciaticheck knowledge verify data/conditions.yaml
    """
    from sciaticheck.knowledge.lint import lint as lint_findings
    from sciaticheck.knowledge.triggers import triggers as triggers_of
    from sciaticheck.knowledge.verify import verify as findings_in

    known = open_knowledge(file, "en")
    findings = [*findings_in(known), *lint_findings(known)]
    counts = ", ".join(f"{len(sets)} triggers of {level}" for level, sets in triggers_of(known).items())
    total = f"{len(known.guarantees)} guarantees, {len(known.red_flags)} red flags"
    _end(findings, f"{total}, {counts}: {len(findings)} findings.")


@app.command()
def stale(file: File = None) -> None:
    """List sources that were read more than two years ago, and an overdue review. Exit status 1 if there are any.

    Example: sciaticheck knowledge stale data/conditions.yaml
    """
    from datetime import date

    from sciaticheck.knowledge.evidence import due

    known = open_knowledge(file, "en")
    findings = due(known, date.today())
    review = f"review due {known.review.due}" if known.review.due else "no review is planned"
    _end(findings, f"{len(known.sources)} sources, {len(findings)} due; {review}.")


@app.command()
def triggers(file: File = None, output: options.Output = None) -> None:
    """Print the smallest sets of answers that reach each urgency.

    Example: sciaticheck knowledge triggers -o docs/triggers.md
    """
    from sciaticheck.report.content import trigger_lines

    deliver("\n".join(trigger_lines(open_knowledge(file, "en"))) + "\n", output)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The knowledge file before.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The knowledge file after.")],
    cases: Annotated[
        list[Path] | None, typer.Option("--cases", metavar="DIR", help="Cases or answer files to run through both.")
    ] = None,
) -> None:
    """Show what a change of the content does.

    Exit status 1 if an urgency goes down anywhere, or if the content differs under the same knowledge_version.

    Example: sciaticheck knowledge diff old.yaml data/conditions.yaml --cases data/cases/published.yaml
    """
    from msgspec.structs import replace

    from sciaticheck.comparison import compare
    from sciaticheck.evaluation import answers_in
    from sciaticheck.knowledge.load import read_checked
    from sciaticheck.knowledge.sign_off import recorded, voided_by
    from sciaticheck.report.content import comparison_lines

    before, after = open_knowledge(old, "en"), open_knowledge(new, "en")
    with reporting_problems("the cases cannot be used."):
        comparison = compare(before, after, answers_in(cases or [], before))
        voided = voided_by(read_checked(old)[0], read_checked(new)[0], [*recorded(old), *recorded(new)])
    deliver("\n".join(comparison_lines(comparison, voided, before, after)) + "\n", None)
    before, after = (replace(known, sha256="", sign_offs=()) for known in (before, after))
    same_version = before.version == after.version and before != after
    if same_version:
        say(f"The content differs, but both files have the knowledge_version {after.version}.")
    raise typer.Exit(1 if comparison.goes_down or same_version else 0)


@app.command()
def review_pack(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The folder to write, a new one.")],
    file: File = None,
    cases: Annotated[Path | None, typer.Option("--cases", metavar="FILE", help="Cases to name on the pages.")] = None,
) -> None:
    """Write a page for each red flag for a clinician to review, in HTML and Markdown, and the form review.yaml.

    Example: sciaticheck knowledge review-pack -o pack/
    """
    from sciaticheck.evaluation import read_cases
    from sciaticheck.knowledge.files import data_file
    from sciaticheck.knowledge.load import read_checked
    from sciaticheck.report.formats import Style
    from sciaticheck.report.review_pack import pack

    known = open_knowledge(file, "en")
    with reporting_problems("the cases cannot be used."):
        read = read_cases(cases, known) if cases else []
    if output.exists():
        fail(f"{visible(str(output))} exists already, perhaps with decisions in it; name another folder.")
    files = list(pack(known, read_checked(file or data_file())[0], read, Style(lambda: screen(None))))
    output.mkdir(parents=True)
    for name, text in files:
        write_whole(text, output / name)
    say(f"{len(known.red_flags)} red flags. Decisions go into {visible(str(output / files[0][0]))}.")


@app.command()
def review_import(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="The filled-in review.yaml of a pack.")],
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Record a clinician's decisions in the folder reviews/ beside the knowledge file.

    Records all of them or, if one is not about a rule as it is now, none.

    Example: sciaticheck knowledge review-import pack/review.yaml --knowledge data/conditions.yaml
    """
    from hashlib import sha256

    from sciaticheck.knowledge.files import data_file
    from sciaticheck.knowledge.load import read_checked
    from sciaticheck.knowledge.sign_off import read_form

    path = knowledge or data_file()
    with reporting_problems("nothing was recorded."):
        decisions = read_form(form, read_checked(path)[0])
    content = form.read_bytes()
    target = path.parent / "reviews" / f"{decisions[0].date}-{sha256(content).hexdigest()[:8]}.yaml"
    target.parent.mkdir(exist_ok=True)
    write_whole(content, target)
    reviewed, total = open_knowledge(path, "en").emergencies_reviewed
    say(f"Decisions recorded in {visible(str(target))}: {len(decisions)}.")
    say(f"{reviewed} of {total} emergency rules reviewed by a clinician.")
