"""The interview as a pure function: lines in, states and paragraphs out, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck import assess, load_knowledge
from sciaticheck.answers.spelling import Answer
from sciaticheck.interview import Given, Interview, Item, Shown, State, onset
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.knowledge.model import RANK, Knowledge, Question

LANGUAGES = ("en", "es")
KNOWN = {code: load_knowledge(language=code) for code in LANGUAGES}
ENGLISH = KNOWN["en"]
QUESTIONS = tuple(ENGLISH.questions)
PARENT = {question.id: question.only_if for question in ENGLISH.follow_ups if question.only_if}
EMERGENCIES = emergencies_alone(ENGLISH)
LEADING_TO_ONE = {PARENT[name] for name in EMERGENCIES if name in PARENT}
(OPENING,) = (screen for screen in ENGLISH.screens.values() if screen.opening)
SAME_DAY = RANK["same_day"]

ACCEPTED: dict[str, dict[str, Answer]] = {
    "en": {
        **dict.fromkeys(("1", "y", "yes", "yeah", "yep", "s", "sí", "si"), "yes"),
        **dict.fromkeys(("2", "n", "no", "nope"), "no"),
        **dict.fromkeys(("3", "u", "unsure", "unknown", "not sure", "don't know"), "unsure"),
        **dict.fromkeys(("don\u2019t know", "i don't know", "i don\u2019t know", "no idea", "ni idea"), "unsure"),
        **dict.fromkeys(("no sé", "no se", "no lo sé", "no lo se", "no estoy seguro", "no estoy segura"), "unsure"),
    },
}
ACCEPTED["es"] = ACCEPTED["en"]  # the words of both languages are understood in each
KEYS = {"?", "help", "b", "back", "q", "quit"}
NUMBER = {"yes": "1", "no": "2", "unsure": "3"}
GARBAGE = (
    *(
        "",
        " ",
        "\t",
        "0",
        "4",
        "10",
        "11",
        "12",
        "123",
        "-1",
        "1.",
        "1,",
        "1 2",
        "01",
        "+1",
        "1e0",
        "\u0661",
        "\uff11",
        "¹",
    ),
    *("yes please", "no please", "no no", "yesno", "maybe", "sure", "not", "oui", "true", "false"),
    *(
        "null",
        "none",
        "\x00",
        "\x1b",
        "\x1b[A",
        "\x1b[200~1\x1b[201~",
        "\x7f1",
        "1\x08",
        "\u200b1",
        "\ufeff1",
        "\u2170",
    ),
    *("??", "bb", "qq", "'1'", "1" * 1000, "y" * 1000, "no" * 500, "(too long)", "\udcff", "🙂"),
)

EVERYBODY = {
    "nothing but back pain": {"back_pain": "yes"},
    "ordinary one-leg sciatica": dict.fromkeys(
        ("back_pain", "leg_pain_path", "leg_pain_only", "pain_strain", "has_prostate", "injury_minor"), "yes"
    ),
    "unsure of everything": dict.fromkeys(QUESTIONS, "unsure"),
}
MOST_PROMPTS = {"full": 40, "quick": 25}

Person = Mapping[str, str]
Answering = Callable[[Item], str]


def flat(text: str) -> str:
    return " ".join(text.split())


def texts(shown: Iterable[Shown]) -> list[str]:
    return [paragraph.text for paragraph in shown]


def normal(line: str) -> str:
    """A line as it counts: blanks around and between words and capitals do not matter."""
    return flat(line).lower()


def interviews() -> Iterator[tuple[str, Interview]]:
    for code in LANGUAGES:
        for quick in (False, True):
            yield f"{code}-{'quick' if quick else 'full'}", Interview(KNOWN[code], quick=quick)


EVERY_INTERVIEW = pytest.mark.parametrize(
    "interview", [pytest.param(interview, id=name) for name, interview in interviews()]
)
EVERY_LANGUAGE = pytest.mark.parametrize("code", LANGUAGES)


def begun(interview: Interview) -> State:
    return interview.step(interview.start()[0], "1")[0]


def answering(person: Person, otherwise: str = "no") -> Answering:
    """Answers as this person would: to a screen yes or not sure where that is so of anything on it."""

    def line(item: Item) -> str:
        held = [person.get(question.id, otherwise) for question in item.asks]
        answer = "yes" if "yes" in held else "unsure" if "unsure" in held else "no"
        return answer if item.screen else NUMBER[answer]

    return line


def prompts(interview: Interview, answer: Answering, state: State | None = None) -> Iterator[tuple[State, Item]]:
    """The states in which something is asked, and what, to the end; goes on as if there were no banner."""
    state = state or begun(interview)
    while state.stage in ("asking", "emergency"):
        if state.stage == "emergency":
            state, _ = interview._go_on(state)
            continue
        item = asked(interview, state)
        yield state, item
        state, _ = interview.step(state, answer(item))


def asked(interview: Interview, state: State) -> Item:
    item = interview.order.next_item(state)
    assert item is not None
    return item


def ended(interview: Interview, answer: Answering, state: State | None = None) -> State:
    """The state after the last prompt, as if there were no banner: the review."""
    state = state or begun(interview)
    while state.stage in ("asking", "emergency", "onset"):
        if state.stage == "emergency":
            state, _ = interview._go_on(state)
        else:
            state, _ = interview.step(state, "5" if state.stage == "onset" else answer(asked(interview, state)))
    assert state.stage == "review"
    return state


YES_TO_ALL = answering({}, otherwise="yes")
NO_TO_ALL = answering({})
UNSURE_OF_ALL = answering({}, otherwise="unsure")

# For each language a state in which each question is asked alone: yes to everything asks everything.
ASKING = {
    code: {item.asks[0].id: state for state, item in prompts(Interview(KNOWN[code]), YES_TO_ALL) if item.screen is None}
    for code in LANGUAGES
}
SCREENS = {
    item.screen.id: (state, item) for state, item in prompts(Interview(ENGLISH), YES_TO_ALL) if item.screen is not None
}
NO_FLAGS = ended(Interview(ENGLISH), NO_TO_ALL)
ALL_YES = ended(Interview(ENGLISH), YES_TO_ALL)


def first_banner(interview: Interview) -> tuple[State, list[Shown]]:
    """The first emergency of somebody who answers yes to everything, and what is shown there."""
    state, shown = begun(interview), list[Shown]()
    while state.stage != "emergency":
        state, shown = interview.step(state, "1")
    return state, shown


BANNER = first_banner(Interview(ENGLISH))[0]


def test_yes_to_everything_asks_every_question_alone() -> None:
    for code in LANGUAGES:
        assert set(ASKING[code]) == set(QUESTIONS)
        assert {given.id for given in ALL_YES.given} == set(QUESTIONS)


# the opening


@EVERY_INTERVIEW
def test_the_opening_says_what_this_is_and_when_to_go_now(interview: Interview) -> None:
    said = interview.knowledge.texts
    state, shown = interview.start()
    whole = " ".join(texts(shown))
    assert state.stage == "opening"
    assert not state.given
    for name in ("ask_title", "notice", "unreviewed", "stop_now", "privacy", "ask_start"):
        assert said[name] in whole, name
    assert [paragraph.text for paragraph in shown if paragraph.style == "emergency"] == [said["stop_now"]]
    assert str(sum(1 for _ in prompts(interview, NO_TO_ALL))) in re.findall(r"\d+", whole)


@EVERY_INTERVIEW
def test_only_enter_or_1_starts_and_nothing_is_recorded_before(interview: Interview) -> None:
    opening, _ = interview.start()
    for line in (*filter(str.strip, GARBAGE), "2", "3", "y", "yes", "no", "b", "?"):
        state, shown = interview.step(opening, line)
        assert state == opening, line
        assert texts(shown) == [interview.knowledge.texts["ask_start"]]
    assert interview.step(opening, " 1 ")[0].stage == interview.step(opening, "")[0].stage == "asking"


@EVERY_LANGUAGE
def test_a_most_that_the_opening_states_is_never_exceeded(code: str) -> None:
    interview = Interview(KNOWN[code])
    about = next(text for text in texts(interview.start()[1]) if KNOWN[code].texts["privacy"] in text)
    if re.search("at most|como máximo", about, re.IGNORECASE):
        longest = sum(1 for _ in prompts(interview, UNSURE_OF_ALL))
        assert int(re.findall(r"\d+", about)[0]) >= longest


# the order


def test_no_screen_but_the_opening_one_holds_what_alone_is_an_emergency_or_leads_to_one() -> None:
    assert set(OPENING.asks) <= EMERGENCIES | LEADING_TO_ONE
    for screen in ENGLISH.screens.values():
        assert screen is OPENING or not set(screen.asks) & (EMERGENCIES | LEADING_TO_ONE)
        assert 2 <= len(screen.asks) <= 6


@EVERY_INTERVIEW
@pytest.mark.parametrize("otherwise", ["yes", "no", "unsure"])
def test_what_alone_is_an_emergency_is_asked_first_on_the_opening_screen_or_alone(
    interview: Interview, otherwise: str
) -> None:
    items = [item for _, item in prompts(interview, answering({}, otherwise))]
    sequence = [question.id for item in items for question in item.asks]
    places = [place for place, name in enumerate(sequence) if name in EMERGENCIES]
    assert places
    assert items[0].screen == interview.knowledge.screens[OPENING.id]
    assert tuple(question.id for question in items[0].asks) == OPENING.asks
    for item in items[1:]:
        if {question.id for question in item.asks} & EMERGENCIES:
            assert len(item.asks) == 1
            assert item.screen is None
    for name in sequence[: places[-1]]:  # only questions that lead to one come between them
        assert name in EMERGENCIES or name in LEADING_TO_ONE or PARENT.get(name) in LEADING_TO_ONE, name


@EVERY_INTERVIEW
def test_nobody_is_left_without_the_emergency_questions_that_apply(interview: Interview) -> None:
    """Also with quick: unless an emergency was found, each was asked or ruled out by a parent that was not yes."""
    for otherwise in ("no", "unsure"):
        answers = ended(interview, answering({}, otherwise)).answers
        for name in EMERGENCIES - set(answers):
            assert answers[PARENT[name]] != "yes"


# accepted lines, and all others


@EVERY_LANGUAGE
def test_every_accepted_spelling_records_that_answer_at_every_question(code: str) -> None:
    interview = Interview(KNOWN[code])
    for name, state in ASKING[code].items():
        for spelling, answer in ACCEPTED[code].items():
            after, shown = interview.step(state, spelling)
            assert after.given == (*state.given, Given(name, answer)), (name, spelling)
            assert shown


@EVERY_LANGUAGE
def test_capitals_and_blanks_do_not_matter(code: str) -> None:
    interview, state = Interview(KNOWN[code]), ASKING[code][QUESTIONS[0]]
    assert not state.given
    for spelling, answer in ACCEPTED[code].items():
        for line in (spelling.upper(), f"  {spelling}\t", spelling.replace(" ", "   "), f"{spelling}\r\n"):
            assert interview.step(state, line)[0].given == (Given(QUESTIONS[0], answer),), repr(line)


@EVERY_LANGUAGE
def test_no_other_line_records_anything_at_any_question(code: str) -> None:
    interview = Interview(KNOWN[code])
    states = [*ASKING[code].values(), *(state for state, _ in SCREENS.values())]
    for state in states:
        again = KNOWN[code].texts["ask_any_again" if asked(interview, state).screen else "ask_again"]
        for line in GARBAGE:
            if normal(line) in accepted_at(interview, state):
                continue
            after, shown = interview.step(state, line)
            assert after == state, repr(line)
            assert texts(shown) == [again], repr(line)


@EVERY_LANGUAGE
def test_what_is_accepted_is_named_in_the_answer_to_anything_else(code: str) -> None:
    said = KNOWN[code].texts
    for name in ("ask_any_again", "ask_any_keys"):
        for key in "0u?bq":
            assert re.search(rf"(?<!\w){re.escape(key)}(?!\w)", said[name]), (name, key)
    for name in ("ask_again", "ask_keys"):
        for key in "123?bq":
            assert re.search(rf"(?<!\w){re.escape(key)}(?!\w)", said[name]), (name, key)
    for name in ("banner_again", "banner_keys"):
        for key in "12bq":
            assert re.search(rf"(?<!\w){key}(?!\w)", said[name]), (name, key)
    for name in ("review_again", "review_keys"):
        for key in "0abq":
            assert re.search(rf"(?<!\w){key}(?!\w)", said[name]), (name, key)


def near_misses() -> st.SearchStrategy[str]:
    words = sorted({*ACCEPTED["en"], *ACCEPTED["es"], *KEYS, "0", "10", "please", "\x00", "\x1b[A", "\u200b"})
    return st.lists(st.sampled_from(words), max_size=3).map("".join) | st.lists(
        st.sampled_from(words), min_size=2, max_size=3
    ).map(" ".join)


LINES = st.text(max_size=12) | st.text(st.characters(max_codepoint=0x7F), max_size=4) | near_misses()
EVERY_STAGE = {
    code: [
        Interview(KNOWN[code]).start()[0],
        *list(ASKING[code].values())[::5],
        *(state for state, _ in SCREENS.values()),
        BANNER,
        NO_FLAGS,
        ALL_YES,
    ]
    for code in LANGUAGES
}


def accepted_at(interview: Interview, state: State) -> set[str]:
    """The lines of GARBAGE and LINES that may do something in a state."""
    if state.stage == "opening":
        return {"1", "", "q", "quit"}
    if state.stage == "emergency":
        return {"1", "2", "b", "back", "q", "quit"}
    if state.stage == "onset":
        return {*"12345", "b", "back", "q", "quit"}
    if state.stage == "review":
        return {*map(str, range(len(state.given) + 1)), "a", "all", "b", "back", "q", "quit"}
    item = interview.order.next_item(state)
    if item and item.screen:
        numbers = [str(number) for number in range(1, len(item.asks) + 1)]
        several = {sign.join(pair) for sign in (" ", ",", ", ") for pair in product(numbers, repeat=2)}
        words = {word for word in ACCEPTED["en"] if not word.isdigit()}
        return {*words, *KEYS, "0", *numbers, *several, *(f"{number}," for number in numbers)}
    return {*ACCEPTED["en"], *KEYS}


def with_leading_zeros(typed: str) -> str:
    return typed.lstrip("0") or "0" if typed.isascii() and typed.isdigit() and len(typed) < 4 else typed


@pytest.mark.parametrize("code", LANGUAGES)
@given(line=LINES, place=st.integers(0, 10**6))
@settings(deadline=None, max_examples=500)
def test_no_text_but_an_accepted_line_changes_anything(code: str, line: str, place: int) -> None:
    state = EVERY_STAGE[code][place % len(EVERY_STAGE[code])]
    interview = Interview(KNOWN[code])
    after, shown = interview.step(state, line)
    typed = with_leading_zeros(normal(line)) if state.stage == "review" else normal(line)
    if typed not in accepted_at(interview, state) and not set(typed) <= set("0123456789 ,"):
        assert after == state
        assert [paragraph.style for paragraph in shown] == ["keys"]
    elif typed in ("q", "quit"):
        assert after == state._replace(stage="stopped")
    elif state.stage in ("opening", "emergency"):
        assert after.given == (state.before.given if typed in ("b", "back") and state.before else state.given)


def test_nothing_moves_once_it_is_over() -> None:
    interview = Interview(ENGLISH)
    for stage in ("finished", "stopped"):
        over = NO_FLAGS._replace(stage=stage)
        for line in ("1", "2", "b", "?", "", "q"):
            assert interview.step(over, line) == (over, [])


# what is shown


def prompt_of(interview: Interview, state: State) -> list[Shown]:
    """The prompt of a state without the questions of a screen, as shown after help."""
    shown = interview.step(state, "?")[1]
    last_title = max(place for place, paragraph in enumerate(shown) if paragraph.style == "title")
    return [paragraph for paragraph in shown[last_title:] if paragraph.style != "item"]


@EVERY_INTERVIEW
def test_a_prompt_is_the_position_the_question_and_the_keys(interview: Interview) -> None:
    said = interview.knowledge.texts
    for state, item in prompts(interview, NO_TO_ALL):
        position, question, keys = prompt_of(interview, state)
        assert re.findall(r"\d+", position.text)[:2] == [str(number) for number in interview.order.count(state)]
        if item.screen:
            assert (question.text, keys.text) == (said["ask_any"], said["ask_any_keys"])
        else:
            assert (question.text, keys.text) == (item.asks[0].ask, said["ask_keys"])


@EVERY_LANGUAGE
def test_help_says_what_it_means_how_to_check_why_and_the_source_and_records_nothing(code: str) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]
    source = known.texts["help_source"].partition("{")[0]
    for name, state in ASKING[code].items():
        question = known.questions[name]
        for line in ("?", "help", " ? "):
            after, shown = interview.step(state, line)
            assert after == state
            whole = texts(shown)
            for part in (question.help.means, question.help.check, question.help.why):
                assert sum(part in text for text in whole) == 1, name
            assert any(text.startswith(source) for text in whole), name
            assert question.ask in whole
            assert whole[-1] == known.texts["ask_keys"]


def test_help_on_a_screen_explains_each_question_and_records_nothing() -> None:
    interview = Interview(ENGLISH)
    for state, item in SCREENS.values():
        after, shown = interview.step(state, "?")
        assert after == state
        for question in item.asks:
            assert question.ask in texts(shown)
            assert any(question.help.means in text for text in texts(shown))
        assert texts(shown)[-1] == ENGLISH.texts["ask_any_keys"]


# not sure, yes, and the banner


@EVERY_LANGUAGE
def test_not_sure_to_an_emergency_question_gives_its_one_check_and_moves_on(code: str) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]
    words = known.texts["try_this"].partition("{")[0]
    for name in QUESTIONS:
        state = ASKING[code][name]
        after, shown = interview.step(state, "3")
        tries = [text for text in texts(shown) if text.startswith(words)]
        assert tries == ([words + known.questions[name].help.check] if name in EMERGENCIES else [])
        assert after.answers[name] == "unsure"
        assert after.stage in ("asking", "onset", "review")
        assert len(shown) > len(tries)


@EVERY_INTERVIEW
@pytest.mark.parametrize("name", sorted(EMERGENCIES))
def test_the_first_emergency_yes_shows_the_banner_at_once_and_going_on_is_a_choice(
    interview: Interview, name: str
) -> None:
    known = interview.knowledge
    person = {name: "yes", PARENT.get(name, name): "yes"}
    for state, item in prompts(interview, answering(person)):
        assert interview.assess(state).urgency != "emergency"
        if item.screen is None and item.asks[0].id == name:
            break
    banner, shown = interview.step(state, "1")
    advice = interview.assess(banner).advice
    assert banner.stage == "emergency"
    assert shown[0] == Shown(advice.headline, "emergency")
    assert [text for text in texts(shown) if text in advice.steps] == list(advice.steps)
    count = str(len(interview.order.quick_ones(banner, interview.assess(banner))) + 1)
    assert texts(shown)[-2:] == [known.texts["banner_choice"], known.texts["banner_keys"].replace("{count}", count)]
    for line in (*GARBAGE, "3", "0", "y", "no", "?"):
        assert interview.step(banner, line) == (banner, [Shown(known.texts["banner_again"], "keys")]), repr(line)
    assert interview.step(banner, "1")[0].stage == "finished"
    assert interview.step(banner, "b")[0] == state
    on, _ = interview.step(banner, "2")
    assert on.stage in ("asking", "onset")
    assert on.answers == banner.answers


@EVERY_INTERVIEW
@pytest.mark.parametrize("name", sorted(EMERGENCIES))
@pytest.mark.parametrize("line", ["1", "2", "3"])
def test_after_an_emergency_a_few_questions_are_asked_and_when_it_began(
    interview: Interview, name: str, line: str
) -> None:
    state, _ = interview.take_up({name: "yes", PARENT.get(name, name): "yes"}, [])
    before = interview.assess(state).urgency
    state, _ = interview.step(state, "2")
    asked_ = []
    while state.stage == "asking":
        asked_ += [question.id for question in asked(interview, state).asks]
        state, _ = interview.step(state, line)
    assert len(asked_) == len(set(asked_)) == 3
    assert {interview.knowledge.questions[id].at_desk for id in asked_} & {"always"}
    assert state.stage == "onset"
    state, _ = interview.step(state, "1")
    assert state.stage == "review"
    found = interview.assess(state)
    assert before == found.urgency == "emergency"
    assert interview.knowledge.texts["began_1"] in found.advice.say


@EVERY_LANGUAGE
def test_when_it_began_is_asked_about_symptoms_in_the_words_of_the_answers(code: str) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]

    def about(**answers: Answer) -> list[str]:
        state, _ = interview.take_up(answers, [])
        shown = onset.asked(interview.assess(state), known)
        return [each.text for each in shown if each.style == "item"]

    statement = known.questions["bladder_start"].statement
    unsure = known.text("say_unsure", statement=statement)
    assert about(bladder_start="yes") == [statement[0].upper() + statement[1:]]
    assert about(bladder_start="unsure") == [unsure[0].upper() + unsure[1:]]
    weak = known.questions["leg_weakness"].statement
    assert about(cancer_history="yes", leg_weakness="yes") == [weak[0].upper() + weak[1:]]


def test_the_questions_after_an_emergency_are_those_that_the_flags_make_urgent() -> None:
    interview = Interview(ENGLISH)
    for answers, expected in (
        ({"bladder_retention": "yes"}, ("saddle_numbness", "both_legs", "cancer_history")),
        ({"saddle_numbness": "yes"}, ("both_legs", "leg_weakness", "cancer_history")),
        ({"saddle_numbness": "yes", "cancer_history": "no"}, ("both_legs", "leg_weakness", "infection_risk")),
    ):
        state, _ = interview.take_up(answers, [])
        assert interview.order.quick_ones(state, interview.assess(state)) == expected


def test_an_answer_changed_so_that_it_is_no_emergency_asks_the_rest() -> None:
    interview = Interview(ENGLISH)
    state, _ = interview.take_up({"saddle_numbness": "yes"}, [])
    for line in ("2", "2", "2", "2", "1"):
        state, _ = interview.step(state, line)
    assert state.stage == "review"
    state, _ = interview.step(interview.step(state, review_number(state, "saddle_numbness"))[0], "2")
    assert state.stage == "asking"
    assert asked(interview, state).screen == OPENING


@EVERY_LANGUAGE
def test_when_it_began_is_asked_once_of_whatever_is_not_routine(code: str) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]
    state = begun(interview)
    onsets = 0
    while state.stage != "review":
        onset = state.stage == "onset"
        onsets += onset
        line = "3" if onset else answering({"weight_loss": "yes"})(asked(interview, state))
        before = state
        state, _ = interview.step(state, line)
    assert onsets == 1
    assert state.began == known.texts["began_3"]
    for line in ("0", "6", "x", "", "²"):
        assert interview.step(before, line) == (before, [Shown(known.texts["began_again"], "keys")])
    changed, _ = interview.step(interview.step(state, review_number(state, "weight_loss"))[0], "3")
    assert changed.stage == "review"


@EVERY_LANGUAGE
def test_the_banner_comes_once(code: str) -> None:
    interview = Interview(KNOWN[code])
    state, banners = begun(interview), 0
    while state.stage != "review":
        banners += state.stage == "emergency"
        is_asking = state.stage == "asking"
        state, _ = interview.step(state, YES_TO_ALL(asked(interview, state)) if is_asking else "2")
    assert banners == 1


@EVERY_INTERVIEW
def test_nothing_but_a_yes_raises_the_banner(interview: Interview) -> None:
    for answer in (NO_TO_ALL, UNSURE_OF_ALL):
        assert not ended(interview, answer).warned


@EVERY_LANGUAGE
def test_words_said_to_stand_below_do_stand_below(code: str) -> None:
    """A step of an emergency is to show or read out words: wherever the steps are shown, so are the words."""
    interview = Interview(KNOWN[code])
    banner, shown = first_banner(interview)
    advice = interview.assess(banner).advice
    for page in (shown, interview.stopped(banner)):
        assert set(advice.steps) <= set(texts(page))
        assert any(advice.say in text for text in texts(page))


# screens


def test_no_to_a_screen_is_no_to_exactly_the_questions_shown_and_marked_so_in_the_review() -> None:
    for code in LANGUAGES:
        interview, known = Interview(KNOWN[code]), KNOWN[code]
        together: set[str] = set()
        state = begun(interview)
        for before, item in prompts(interview, NO_TO_ALL):
            after, _ = interview.step(before, NO_TO_ALL(item))
            added = [given for given in after.given if given not in before.given]
            marked = item.screen is not None
            assert added == [Given(question.id, "no", marked) for question in item.asks]
            together |= {question.id for question in item.asks if marked}
            state = after
        assert together
        _, shown = interview.step(state, "a")
        lines = [paragraph.text for paragraph in shown if paragraph.style == "item"]
        marked_lines = [line for line in lines if known.texts["review_together"] in line]
        assert len(lines) == len(state.given)
        assert len(marked_lines) == len(together)
        assert all(any(known.questions[name].ask in line for line in marked_lines) for name in together)


def test_a_screen_shows_what_it_asks() -> None:
    interview = Interview(ENGLISH)
    for state, item in SCREENS.values():
        _, shown = interview.step(state, "?")
        assert [paragraph.text for paragraph in shown if paragraph.style == "item"] == [
            f"{number}. {each.ask}" for number, each in enumerate(item.asks, start=1)
        ]
        assert 2 <= len(item.asks) <= 6
        assert {each.id for each in item.asks}.isdisjoint(state.answers)


@pytest.mark.parametrize("line", ["yes", "u", "sí", "not sure"])
def test_yes_or_not_sure_to_a_screen_records_nothing_and_asks_each_question(line: str) -> None:
    interview = Interview(ENGLISH)
    for state, item in SCREENS.values():
        after, _ = interview.step(state, line)
        assert after.given == state.given
        alone: list[Question] = []
        while len(alone) < len(item.asks):
            next_ = asked(interview, after)
            if next_.asks[0] in item.asks:
                assert next_.screen is None
                alone += next_.asks
            before = after
            after, _ = interview.step(before, YES_TO_ALL(next_))
            assert after.given in (before.given, (*before.given, Given(next_.asks[0].id, "yes")))
            if after.stage == "emergency":
                after, _ = interview._go_on(after)
        assert alone == sorted(item.asks, key=lambda question: QUESTIONS.index(question.id))


@EVERY_INTERVIEW
@pytest.mark.parametrize("line", ["yes", "u"])
def test_yes_or_not_sure_to_the_opening_screen_asks_its_questions_next_one_by_one_as_shown(
    interview: Interview, line: str
) -> None:
    state, _ = interview.step(begun(interview), line)
    for name in OPENING.asks:
        item = asked(interview, state)
        assert ([question.id for question in item.asks], item.screen) == ([name], None)
        state, _ = interview.step(state, "2")
    assert state.answers == dict.fromkeys(OPENING.asks, "no")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("line", ["2 3", " 3,2 ", "2, 3", "2 3 2"])
def test_the_numbers_typed_at_a_screen_are_yes_the_others_no_and_that_is_said(code: str, line: str) -> None:
    interview = Interview(KNOWN[code])
    for state, item in SCREENS.values():
        after, shown = interview.step(state, line)
        chosen = {item.asks[1].id, item.asks[2].id}
        new = [given for given in after.given if given not in state.given]
        assert new == [
            Given(each.id, "yes" if each.id in chosen else "no", each.id not in chosen) for each in item.asks
        ]
        assert all(KNOWN[code].questions[name].ask in shown[0].text for name in chosen)
        assert interview.step(after, "b")[0] == state


@pytest.mark.parametrize("line", ["0", "no", "n", "NO"])
def test_none_of_a_screen_is_no_to_all(line: str) -> None:
    state, item = SCREENS["night"]
    after, _ = Interview(ENGLISH).step(state, line)
    assert [after.answers[question.id] for question in item.asks] == ["no"] * len(item.asks)


# the region


@EVERY_LANGUAGE
def test_without_a_region_it_is_asked_once_and_the_advice_is_of_there(code: str) -> None:
    interview, known = Interview(KNOWN[code], region=None), KNOWN[code]
    asking_, shown = interview.step(interview.start()[0], "")
    assert asking_.stage == "region"
    assert [line.text.partition(". ")[2] for line in shown if line.style == "item"] == [
        known.regions[name].name for name in known.region_names
    ]
    for number, name in enumerate(known.region_names):
        for line in (str(number), name.upper(), known.regions[name].name):
            state, _ = interview.step(asking_, line)
            assert (state.stage, state.region, interview.step(state, "b")[0]) == ("asking", name, asking_)
            emergency, _ = interview.step(state, "1")
            assert interview.assess(emergency).advice == Interview(known, name).assess(emergency).advice
    assert interview.step(asking_, "")[0].region == "default"
    for line in ("99", "-1", "x", "no", "?"):
        assert interview.step(asking_, line) == (asking_, [Shown(known.texts["region_keys"], "keys")])
    assert interview.take_up({"back_pain": "yes"}, [])[0].stage == "region"


# back


def walk_lines() -> st.SearchStrategy[list[str]]:
    answers = st.sampled_from(["1", "2", "3", "yes", "no", "2", "1"])
    others = st.sampled_from(["b", "b", "back", "?", "", "junk", "0", "5", "12"])
    return st.lists(answers | others, min_size=1, max_size=30)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Interview, State, list[str]]:
    """An interview, somewhere in it, and what is typed from there."""
    quick = draw(st.booleans())
    interview = Interview(ENGLISH, quick=quick)
    if quick:
        return interview, begun(interview), draw(walk_lines())
    families = [name for name in QUESTIONS if {name, PARENT.get(name)} & LEADING_TO_ONE]
    starts = [begun(interview), *(ASKING["en"][name] for name in families), *(state for state, _ in SCREENS.values())]
    return interview, draw(st.sampled_from([*starts, NO_FLAGS, ALL_YES])), draw(walk_lines())


@given(walks())
@settings(deadline=None, max_examples=150)
def test_back_leads_to_exactly_the_state_before_any_number_of_times(walk: tuple[Interview, State, list[str]]) -> None:
    interview, state, lines = walk
    behind: list[State] = []
    earlier = state.before
    while earlier:
        behind.insert(0, earlier)
        earlier = earlier.before
    for line in lines:
        after, shown = interview.step(state, line)
        if line in ("b", "back"):
            assert after == (behind.pop() if behind else state)
        elif after != state:
            behind.append(state)
        sound(after)
        assert shown or after.stage == "finished"
        state = after
        if state.stage == "finished":
            break
    if state.stage == "finished":
        state = behind.pop()
    while behind:
        state, _ = interview.step(state, "b")
        assert state == behind.pop()


def sound(state: State) -> None:
    """Each question is answered once, and a follow-up only under a yes (or while that yes is being changed)."""
    names = [given.id for given in state.given]
    assert len(names) == len(set(names))
    for name in names:
        parent = PARENT.get(name)
        assert parent is None or parent == state.changing or state.answers.get(parent) == "yes"


@given(walks())
@settings(deadline=None, max_examples=60)
def test_the_same_lines_lead_to_the_same_state(walk: tuple[Interview, State, list[str]]) -> None:
    interview, state, lines = walk
    other, twin = Interview(ENGLISH, quick=interview.order.quick), state
    for line in lines:
        (state, shown), (twin, shown_again) = interview.step(state, line), other.step(twin, line)
        assert shown == shown_again
    assert state == twin


def test_there_is_nothing_before_the_first_question() -> None:
    for _, interview in interviews():
        first = begun(interview)
        state, shown = interview.step(first, "b")
        assert state == first
        assert texts(shown)[0] == interview.knowledge.texts["ask_first"]
        assert len(shown) > 1


def test_an_answer_three_questions_back_can_be_changed() -> None:
    interview = Interview(ENGLISH)
    first, second, third = [item for _, item in prompts(interview, NO_TO_ALL)][:3]
    assert (first.screen, second.screen, third.screen) == (OPENING, None, None)
    state = begun(interview)
    for line in ("0", "2", "2", "2", "b", "b", "b", "3", "2"):
        state, _ = interview.step(state, line)
    assert state.answers == {
        **dict.fromkeys(OPENING.asks, "no"),
        second.asks[0].id: "unsure",
        third.asks[0].id: "no",
    }


def test_a_follow_up_goes_with_the_answer_it_hung_on() -> None:
    interview = Interview(ENGLISH)
    for name, parent in PARENT.items():
        state = ASKING["en"][parent]
        yes, _ = interview.step(state, "1")
        assert name not in yes.answers
        after, _ = interview.step(interview.step(yes, "b")[0], "2")
        later = {question.id for _, item in prompts(interview, NO_TO_ALL, after) for question in item.asks}
        assert name not in later


# the review


def in_order(state: State) -> list[Given]:
    """The answers in the order of the questions, as the review numbers them."""
    return sorted(state.given, key=lambda given_: QUESTIONS.index(given_.id))


def review_number(state: State, name: str) -> str:
    return str([given_.id for given_ in in_order(state)].index(name) + 1)


@EVERY_LANGUAGE
def test_the_review_numbers_every_answer_in_words(code: str) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]
    state = ended(interview, answering(EVERYBODY["ordinary one-leg sciatica"]))
    assert state.before is not None
    last = asked(interview, state.before)
    assert interview.step(state.before, answering(EVERYBODY["ordinary one-leg sciatica"])(last))[0] == state
    _, shown = interview.step(state, "a")
    assert shown[0].text == known.texts["review_title"]
    assert shown[-1].text == known.texts["review_keys"]
    lines = {int(line.text.partition(".")[0]): line.text for line in shown[1:-1]}
    assert len(lines) == len(shown) - 2 == len(state.given)
    for number, given_ in enumerate(in_order(state), start=1):
        answer = known.texts[f"answer_{given_.answer}"]
        assert lines[number].startswith(f"{number}. {answer}: {known.questions[given_.id].ask}")


@EVERY_LANGUAGE
def test_every_answer_can_be_changed_from_the_review(code: str) -> None:
    interview = Interview(KNOWN[code])
    for given_ in NO_FLAGS.given:
        state, shown = interview.step(NO_FLAGS, review_number(NO_FLAGS, given_.id))
        assert KNOWN[code].questions[given_.id].ask in texts(shown)
        changed, _ = interview.step(state, "3")
        assert changed.answers == {**NO_FLAGS.answers, given_.id: "unsure"}
        assert Given(given_.id, "unsure") in changed.given
        assert [each for each in changed.given if each.id != given_.id] == [
            each for each in NO_FLAGS.given if each.id != given_.id
        ]
        assert changed.stage == ("review" if interview.assess(changed).urgency == "routine" else "onset")


@pytest.mark.parametrize(("name", "parent"), PARENT.items())
def test_changing_an_answer_in_the_review_drops_and_asks_its_follow_ups(name: str, parent: str) -> None:
    interview = Interview(ENGLISH)
    asking_, _ = interview.step(ALL_YES, review_number(ALL_YES, parent))
    dropped, _ = interview.step(asking_, "2")
    assert dropped.stage == "review"
    assert name not in dropped.answers
    assert dropped.answers[parent] == "no"
    back_to_yes, _ = interview.step(interview.step(dropped, review_number(dropped, parent))[0], "1")
    open_again = {question.id for _, item in prompts(interview, NO_TO_ALL, back_to_yes) for question in item.asks}
    assert open_again == {each for each, above in PARENT.items() if above == parent}


def test_a_number_that_is_not_in_the_review_changes_nothing() -> None:
    for code in LANGUAGES:
        interview, again = Interview(KNOWN[code]), KNOWN[code].texts["review_again"]
        for line in (
            str(len(NO_FLAGS.given) + 1),
            "999",
            "1000",
            "-1",
            "1.",
            "1 2",
            "\u0663",
            "²",
            "x",
            "",
            "y",
            "no",
            "?",
        ):
            assert interview.step(NO_FLAGS, line) == (NO_FLAGS, [Shown(again, "keys")]), line


def test_the_review_fits_the_screen_and_counts_the_rest() -> None:
    interview = Interview(ENGLISH)
    person = {"back_pain": "yes", "leg_pain_path": "unsure"}
    state = ended(interview, answering(person))
    shown = texts(interview.step(interview.step(state, "1")[0], "b")[1])
    asks = [ENGLISH.questions[name].ask for name in person]
    assert sorted(line.partition(": ")[2] for line in shown[1:3]) == sorted(asks)
    assert shown[3:] == [f"And {len(state.given) - 2} more, all no.", ENGLISH.texts["review_keys"]]
    unsure = ended(interview, UNSURE_OF_ALL)
    shown = texts(interview.step(interview.step(unsure, "1")[0], "b")[1])
    assert shown[9:] == [f"And {len(unsure.given) - 8} more.", ENGLISH.texts["review_keys"]]


def test_changing_an_answer_is_no_further_question() -> None:
    interview = Interview(ENGLISH)
    changing, shown = interview.step(NO_FLAGS, "7")
    assert shown[0].text.startswith("Changing an answer.")
    assert interview.step(changing, "3")[0].asked == NO_FLAGS.asked


def test_0_in_the_review_gives_the_result() -> None:
    for _, interview in interviews():
        state, shown = interview.step(NO_FLAGS, "0")
        assert (state.stage, state.given, shown) == ("finished", NO_FLAGS.given, [])


def test_an_answer_stays_given_until_another_takes_its_place() -> None:
    """Whoever stops while changing an answer has not taken it back: an emergency found stays found."""
    interview = Interview(ENGLISH)
    for name in ("saddle_numbness", "back_pain"):
        changing, _ = interview.step(ALL_YES, review_number(ALL_YES, name))
        assert changing.answers == ALL_YES.answers


def test_an_emergency_stays_on_the_screen_of_whoever_stops_while_changing_it() -> None:
    interview = Interview(ENGLISH)
    state = ended(interview, answering({"saddle_numbness": "yes"}))
    changing, _ = interview.step(state, review_number(state, "saddle_numbness"))
    assert interview.assess(state).advice.headline in texts(interview.stopped(changing))


# how many, and how far


@EVERY_LANGUAGE
@pytest.mark.parametrize("who", EVERYBODY)
def test_the_prompts_asked_of_three_people(who: str, code: str) -> None:
    """Ordinary sciatica is through after 40 prompts, 25 with quick; quick is never longer."""
    answer = answering(EVERYBODY[who])
    counts = {
        name: sum(1 for _ in prompts(Interview(KNOWN[code], quick=name == "quick"), answer)) for name in MOST_PROMPTS
    }
    assert counts["quick"] < counts["full"]
    if who == "unsure of everything":  # each screen opens: all that apply, and a prompt a screen
        shown = sum(1 for _, item in prompts(Interview(KNOWN[code]), answer) if item.screen)
        assert counts["full"] == len(QUESTIONS) - len(PARENT) + shown
    else:
        for name, most in MOST_PROMPTS.items():
            assert counts[name] <= most


@EVERY_INTERVIEW
@pytest.mark.parametrize("who", EVERYBODY)
def test_the_count_shown_is_never_behind_and_reaches_the_end(interview: Interview, who: str) -> None:
    counts = [interview.order.count(state) for state, _ in prompts(interview, answering(EVERYBODY[who]))]
    assert [at for at, _ in counts] == list(range(1, len(counts) + 1))
    assert all(at <= total for at, total in counts)
    if not interview.order.quick:  # with quick the last answer can rule out what was still to come
        assert counts[-1][0] == counts[-1][1]
        assert all(earlier <= later for (_, earlier), (_, later) in pairwise(counts))


# quick


@st.composite
def people(draw: st.DrawFn) -> dict[str, Answer]:
    """What a person would answer to everything: mostly no, mostly unsure, or anything."""
    weights: Sequence[Answer] = draw(
        st.sampled_from(
            [("no", "no", "no", "no", "no", "no", "no", "yes", "unsure"), ("no", "yes"), ("no", "no", "unsure")]
        )
    )
    person: dict[str, Answer] = dict.fromkeys(QUESTIONS, "no")
    person.update(draw(st.fixed_dictionaries({name: st.sampled_from(weights) for name in QUESTIONS})))
    if draw(st.booleans()):  # without an emergency, so that the interview goes on
        person.update({name: "no" for name in EMERGENCIES if person[name] == "yes"})
    return person


def completed(given_: Mapping[str, Answer], rest: Mapping[str, Answer], known: Knowledge) -> dict[str, Answer]:
    """The answers, with what the full interview would still have asked answered as in `rest`."""
    answers = dict(given_)
    for name in known.questions:
        if name not in answers and (name not in PARENT or answers.get(PARENT[name]) == "yes"):
            answers[name] = rest[name]
    return answers


@given(people(), people())
@settings(deadline=None, max_examples=40)
def test_quick_leaves_out_only_what_could_not_have_made_it_same_day_or_worse(
    person: dict[str, Answer], rest: dict[str, Answer]
) -> None:
    interview = Interview(ENGLISH, quick=True)
    state = ended(interview, answering(person))
    found = interview.assess(state).urgency
    all_yes: dict[str, Answer] = dict.fromkeys(QUESTIONS, "yes")
    for other in (person, rest, all_yes):
        completion = assess(completed(state.answers, other, ENGLISH), ENGLISH)
        assert RANK[completion.urgency] < SAME_DAY or RANK[completion.urgency] <= RANK[found]
    full = ended(Interview(ENGLISH), answering(person))
    assert state.asked <= full.asked
    assert state.answers.items() <= full.answers.items()


@given(people())
@settings(deadline=None, max_examples=15)
def test_quick_asks_only_while_an_answer_could_still_raise_the_urgency(person: dict[str, Answer]) -> None:
    interview = Interview(ENGLISH, quick=True)
    for state, _ in prompts(interview, answering(person)):
        so_far = interview.assess(state)
        assert RANK[so_far.possible_urgency] >= max(SAME_DAY, RANK[so_far.urgency] + 1)


@EVERY_INTERVIEW
def test_quick_says_how_much_was_not_asked_and_the_full_interview_has_nothing_to_say(interview: Interview) -> None:
    state = ended(interview, answering({"back_pain": "yes"}))
    open_ = [
        name
        for name in QUESTIONS
        if name not in state.answers and (name not in PARENT or state.answers.get(PARENT[name]) == "yes")
    ]
    said = texts(interview.closing(state))
    if interview.order.quick:
        (line,) = said
        assert sum(map(int, re.findall(r"\((\d+)\)", line))) == len(open_)
        assert interview.knowledge.texts["level_same_day"] in line
    else:
        assert (open_, said) == ([], [])


# stopping


@EVERY_LANGUAGE
@pytest.mark.parametrize("otherwise", ["yes", "no", "unsure"])
def test_stopping_is_never_an_all_clear_and_says_what_was_found_and_what_to_watch_for(
    code: str, otherwise: str
) -> None:
    interview, known = Interview(KNOWN[code]), KNOWN[code]
    for state, _ in prompts(interview, answering({}, otherwise)):
        stopped, _ = interview.step(state, "q")
        assert stopped == state._replace(stage="stopped")
        shown = interview.stopped(stopped)
        at, total = interview.order.count(state)
        where = known.texts["stopped"].replace("{at}", str(at)).replace("{total}", str(total))
        assert shown[0].text == f"{where} {known.texts['not_all_clear']}"
        assert set(known.safety_net.watch_for) <= set(texts(shown))
        found = interview.assess(state)
        if found.urgency == "routine":
            assert found.advice.headline not in texts(shown)
        else:
            assert {found.advice.headline, *found.advice.steps} <= set(texts(shown))
        if found.urgency == "emergency":
            assert Shown(found.advice.headline, "emergency") in shown


def test_whoever_stops_in_the_review_is_told_a_question_that_there_was() -> None:
    interview = Interview(ENGLISH)
    asked_ = sum(1 for _ in prompts(interview, NO_TO_ALL))
    at, total = map(int, re.findall(r"\d+", interview.stopped(NO_FLAGS)[0].text))
    assert (at, total) == (asked_, asked_)


# taking up


def test_taking_up_says_how_many_and_what_was_left_out() -> None:
    saved: dict[str, Answer] = {**dict.fromkeys(OPENING.asks, "no"), "bladder_start": "no", "back_pain": "yes"}
    for _, interview in interviews():
        state, shown = interview.take_up(saved, ["'old' is not a question."])
        assert state.answers == saved
        assert state.stage == "asking"
        assert str(len(saved)) in re.findall(r"\d+", shown[0].text)
        assert shown[1].text.endswith("'old' is not a question.")
        assert asked(interview, state).asks[0].id == "bladder_feeling"


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("who", EVERYBODY)
def test_an_interview_taken_up_anywhere_ends_with_the_same_answers(who: str, quick: bool) -> None:
    interview, answer = Interview(ENGLISH, quick=quick), answering(EVERYBODY[who])
    whole = ended(interview, answer)
    for state, _ in list(prompts(interview, answer))[::6]:
        taken, _ = interview.take_up(state.answers, [])
        assert ended(interview, answer, taken).answers == whole.answers


def test_an_emergency_taken_up_shows_the_banner_at_once() -> None:
    for _, interview in interviews():
        state, shown = interview.take_up({"saddle_numbness": "yes"}, [])
        assert state.stage == "emergency"
        assert Shown(interview.assess(state).advice.headline, "emergency") in shown


def test_a_finished_interview_taken_up_is_in_review() -> None:
    for _, interview in interviews():
        assert interview.take_up(NO_FLAGS.answers, [])[0].stage == "review"


@pytest.mark.parametrize("parent_answer", ["unsure", None])
@pytest.mark.parametrize("name", PARENT)
def test_no_answer_taken_up_is_dropped_without_a_word(name: str, parent_answer: Answer | None) -> None:
    """A file may hold a follow-up whose parent is unsure or left out: the yes counts, and one more answer changes that
    no more than it does in `check`.
    """
    interview = Interview(ENGLISH)
    answers: dict[str, Answer] = {name: "yes"}
    if parent_answer:
        answers[PARENT[name]] = parent_answer
    state, _ = interview.take_up(answers, [])
    found = interview.assess(state).urgency
    if state.stage == "emergency":
        state, _ = interview.step(state, "2")
    assert PARENT[name] not in [question.id for question in asked(interview, state).asks]
    after, _ = interview.step(state, NO_TO_ALL(asked(interview, state)))
    assert RANK[interview.assess(after).urgency] >= RANK[found]
    assert name in after.answers
