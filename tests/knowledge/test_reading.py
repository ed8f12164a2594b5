"""How hard the texts for patients are to read: the grade by Flesch and Kincaid, with syllables as groups of vowels."""

from __future__ import annotations

import re
from statistics import mean

import pytest
from msgspec import to_builtins

from sciaticheck import load_knowledge
from sciaticheck.knowledge.lint import _FOR_PATIENTS
from sciaticheck.knowledge.translation import texts_at

NAMES = re.compile(
    r"\b(?:warfarin|apixaban|rivaroxaban|heparin|clopidogrel|ibuprofen|paracetamol|acetaminophen|prednisol?one|neurofibromatosis)\b",
    re.IGNORECASE,
)
"""Names that a person compares with a box of medicine or a letter from the hospital; nothing plainer can be written."""

SILENT = re.compile(r"(?<=[aeiouy])[^aeiouy\W]+e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouysxzhgc])es$")
FEWEST_WORDS = 4


def syllables(word: str) -> int:
    """The groups of vowels, without a silent ending.

    >>> [syllables(word) for word in ("pee", "leg", "numbness", "emergency", "leaked", "spine")]
    [1, 1, 2, 4, 1, 1]
    """
    spoken = word if word.endswith("le") else SILENT.sub("", word)
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def grade(text: str) -> float:
    """The school grade (US) that a text needs."""
    words = re.findall(r"[a-z']+", NAMES.sub("it", text).lower())
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("region", load_knowledge().region_names)
def test_texts_for_patients_are_easy_to_read(region: str) -> None:
    texts = dict(texts_at(to_builtins(load_knowledge(region=region)), _FOR_PATIENTS))
    for note in ("texts.rules_reviewed", "texts.rules_unreviewed"):  # in the words of those who ask who reviewed them
        texts.pop(note)
    grades = {path: grade(text) for path, text in texts.items() if len(text.split()) >= FEWEST_WORDS}
    assert len(grades) > 500
    assert mean(grades.values()) <= 5
    assert {path: (round(value, 1), texts[path]) for path, value in grades.items() if value > 8} == {}


def test_a_hard_text_is_found() -> None:
    assert grade("Do you have pain in your chest?") < 3
    assert grade("Have you experienced any involuntary urinary incontinence or retention recently?") > 12
