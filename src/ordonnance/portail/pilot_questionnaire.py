"""The pages of the questionnaire: each question, the last screen, what was answered.

Source: PRE-74.
"""

from dataclasses import dataclass, field, replace

from falcon.asgi import Request, Response

from ordonnance.domain.days import day_in_paris
from ordonnance.domain.preserie_pilot import is_over, list_answers, may_answer
from ordonnance.domain.refusal import Refusal
from ordonnance.portail.event import Told, tell
from ordonnance.portail.pilot import Here, find_here, is_recorded
from ordonnance.portail.portal import (
    Form,
    FormPage,
    Visit,
    first,
    read_form,
    redirect,
    status_of,
)
from ordonnance.portail.questionnaire import (
    BRAKE,
    LIFT,
    NOT_USED,
    OVERALL,
    SCALE_WORDS,
    SEND,
    TEXT_LENGTH_MAX,
    USER_LENGTH_MAX,
    Draft,
    Questions,
    list_questions,
    open_again,
    read_draft,
    say_question,
    take_answer,
    write_draft,
    write_event,
)

COOKIE = "ordonnance_brouillon"
DRAFT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question shown: what is wrong with the answer, and whether the answers before are lost."""

    name: str
    told: Told = field(default_factory=lambda: Told(said={}))
    is_lost: bool = False


class QuestionnairePage(FormPage):
    """``/p/{word}/questionnaire``: ``?question=`` names the question; without, where one was."""

    async def show(self, visit: Visit) -> None:
        """The question asked for; what was answered already; or the first open question."""
        here = await find_here(self.portal, visit)
        draft = read_draft(visit.req.cookies.get(COOKIE, ""))
        questions = list_questions(here.preserie.modalities.operations, draft)
        name = visit.asked("question")
        is_blank = draft == Draft()
        has_answered = bool(list_answers(here.history.replayed, here.pilot.am))
        is_begun = not is_blank or name == questions.names[0]
        if not may_answer(here.preserie, here.pilot.am) or (has_answered and not is_begun):
            self._show_answers(visit, here)
            return
        # An address typed by hand leads where one is; so does one whose draft is gone.
        is_lost = is_blank and name not in ("", questions.names[0])
        asked = name if questions.is_within_reach(name) and not is_lost else questions.first_open
        self._show_question(visit, here, questions, Asking(name=asked, is_lost=is_lost))

    async def take(self, visit: Visit) -> None:
        """Keep an answer and ask the next question; or send them all."""
        here = await find_here(self.portal, visit)
        if not may_answer(here.preserie, here.pilot.am):
            self._show_answers(visit, here)
            return
        said = await read_form(visit.req)
        place = f"{here.home}/questionnaire"
        draft = read_draft(visit.req.cookies.get(COOKIE, ""))
        if "from" in said:
            self._begin(visit, here, first(said, "from"), place)
            return
        name = first(said, "question")
        questions = list_questions(here.preserie.modalities.operations, draft)
        if is_recorded(here, visit.visitor.party, first(said, "key")):
            redirect(visit.resp, f"{place}?fait=reponse")
        elif not questions.is_within_reach(name):
            redirect(visit.resp, f"{place}?question={questions.first_open}")
        else:
            await self._take_answer(visit, here, questions, said)

    async def _take_answer(
        self, visit: Visit, here: Here, questions: Questions, said: Form
    ) -> None:
        """Keep the answer and go where the form says: another question, the next one, or away."""
        place = f"{here.home}/questionnaire"
        name, towards = first(said, "question"), first(said, "go")
        on = day_in_paris(self.portal.clock())
        draft, wrong = take_answer(questions.draft, name, said, on)
        is_going = questions.is_within_reach(towards)
        if wrong and not is_going:
            told = Told(said=said, wrong=wrong, status=422)
            self._show_question(visit, here, questions, Asking(name=name, told=told))
            return
        kept = questions.draft if wrong else draft
        keep_draft(visit, place, kept)
        if name == SEND and not is_going:
            answered = replace(questions, draft=kept)
            await self._send(visit, here, answered, said)
            return
        following = list_questions(here.preserie.modalities.operations, kept).first_open
        redirect(visit.resp, f"{place}?question={towards if is_going else following}")

    def _begin(self, visit: Visit, here: Here, rank: str, place: str) -> None:
        """Change an answer given, from its last screen; or begin another person's."""
        answers = list_answers(here.history.replayed, here.pilot.am)
        known = answers.get(int(rank)) if rank.isascii() and rank.isdigit() else None
        draft = Draft() if known is None else open_again(known)
        questions = list_questions(here.preserie.modalities.operations, draft)
        keep_draft(visit, place, draft)
        redirect(visit.resp, f"{place}?question={questions.first_open}")

    async def _send(self, visit: Visit, here: Here, questions: Questions, said: Form) -> None:
        """Record the answer; another one of the same user is replaced, and kept.

        Whatever others did meanwhile changes nothing of it: no rank seen is said.
        """
        operations = here.preserie.modalities.operations
        event = write_event(questions.draft, here.pilot.am, operations)
        once = {"key": [first(said, "key")]}
        try:
            await tell(self.portal, visit.visitor, here.history.id, [event], once)
        except Refusal as refusal:
            told = Told(said=said, sentence=refusal.sentence, status=status_of(refusal))
            self._show_question(visit, here, questions, Asking(name=SEND, told=told))
            return
        place = f"{here.home}/questionnaire"
        visit.resp.unset_cookie(COOKIE, path=place, same_site="Lax")
        redirect(visit.resp, f"{place}?fait=reponse")

    def _show_question(
        self, visit: Visit, here: Here, questions: Questions, asking: Asking
    ) -> None:
        told = asking.told
        answers = list_answers(here.history.replayed, here.pilot.am)
        draft = questions.draft
        self.portal.pages.show(
            visit.resp,
            "questionnaire.html",
            status=told.status,
            visitor=visit.visitor,
            here=here,
            question=asking.name,
            title=say_question(asking.name)[0],
            questions=questions,
            recap=list_recap(questions) if asking.name == SEND else (),
            scale=SCALE_WORDS,
            not_used=None if asking.name == OVERALL else NOT_USED,
            current=current_of(draft, asking.name),
            text_max=TEXT_LENGTH_MAX,
            user_max=USER_LENGTH_MAX,
            replaced=sorted({one.user or "" for one in answers.values()}),
            said=told.said,
            wrong={one.name: one.sentence for one in told.wrong},
            sentence=told.sentence,
            is_lost=asking.is_lost,
            key=first(told.said, "key") or self.portal.draw(),
            draft_days=DRAFT_DAYS,
        )

    def _show_answers(self, visit: Visit, here: Here) -> None:
        answers = list_answers(here.history.replayed, here.pilot.am)
        operations = here.preserie.modalities.operations
        self.portal.pages.show(
            visit.resp,
            "answered.html",
            visitor=visit.visitor,
            here=here,
            answers=[
                (rank, one, list_recap(list_questions(operations, open_again(one))))
                for rank, one in answers.items()
            ],
            may_answer=may_answer(here.preserie, here.pilot.am),
            is_over=is_over(here.preserie),
            is_done=visit.asked("fait") == "reponse",
        )


def keep_draft(visit: Visit, place: str, draft: Draft) -> None:
    """Have the pilot's browser keep the draft, for these pages alone.

    Source: ours (PRE-74): it may be taken up another day, on the same device, without an account;
    nobody else holds what was not sent.
    """
    req: Request = visit.req
    resp: Response = visit.resp
    resp.set_cookie(
        COOKIE,
        write_draft(draft),
        max_age=DRAFT_DAYS * 24 * 3600,
        path=place,
        http_only=True,
        secure=req.forwarded_scheme == "https",
        same_site="Lax",
    )


def current_of(draft: Draft, name: str) -> str | None:
    """The value of the choice already made for a question; None: none was."""
    if name == OVERALL:
        return None if draft.overall is None else str(draft.overall)
    if name == BRAKE and draft.is_brake is not None:
        return "oui" if draft.is_brake else "non"
    if name not in draft.marks:
        return None
    mark = draft.marks[name]
    return NOT_USED if mark is None else str(mark)


def list_recap(questions: Questions) -> list[tuple[str, str, str]]:
    """What was answered, question by question: its name, how it is listed, the answer in words."""
    return [
        (name, say_question(name)[1], say_answer(questions.draft, name))
        for name in questions.names
        if name != SEND
    ]


def say_answer(draft: Draft, name: str) -> str:
    """An answer in words: ``4 sur 5, bonne``."""
    match current_of(draft, name):
        case "oui":
            return "oui, bloquant"
        case "non":
            return "aucun"
        case "none":
            return "pas encore employée"
        case str(mark):
            return f"{mark} sur 5, {SCALE_WORDS[int(mark)]}"
        case None:
            return (draft.lifted_by or "vous ne savez pas") if name == LIFT else "sans réponse"
