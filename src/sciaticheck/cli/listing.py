"""`sciaticheck questions` and `sciaticheck conditions`: what the tool asks and screens for."""

from sciaticheck.cli import options
from sciaticheck.cli.common import open_knowledge, show
from sciaticheck.report.formats import LISTING


def questions(
    format: options.ListingFormat = None,
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """List every question that may be asked, in order.

    Example: sciaticheck questions -f json | jq -r '.questions[].id'
    """
    from sciaticheck.report.listing import question_listing

    show(question_listing(open_knowledge(knowledge, lang)), format, LISTING, output)


def conditions(
    format: options.ListingFormat = None,
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """List every condition that is screened for, with its signs.

    Example: sciaticheck conditions
    """
    from sciaticheck.report.listing import condition_listing

    show(condition_listing(open_knowledge(knowledge, lang)), format, LISTING, output)
