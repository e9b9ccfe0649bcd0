"""Conditions of prescription and delivery: the texts of the BDPM, typed.

A medicine's conditions are sentences of its marketing authorisation, one a row of ``CIS_CPD``.
Each becomes a condition with its number of days or months, or whom it reserves; what no rule
reads is kept as text. A *regime* is all the conditions of one medicine. The sentences are in
``delivery_texts``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
import re
import unicodedata

from ordonnance.domain.delivery_texts import RULES, Condition, Rule

__all__ = ["NO_REGIME", "Condition", "Regime", "Stated", "read_condition", "read_regime"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A condition as a text states it.

    *text* is the BDPM's, as it came. *days* or *months*, never both, is its duration, where it has
    one: the longest delivery of a FRACTION, the longest prescription of a DURATION_MAX, how long
    an initial prescription or an attestation holds, how long a copy is kept. *who* is whom it
    reserves the prescription to, or which patients it speaks of, in the text's words.
    """

    condition: Condition
    text: str
    days: int | None = None
    months: int | None = None
    who: str | None = None


# Without slots, so that what follows from its texts is found once: a regime lives as long as its
# referential, and every decision on one of its medicines asks the same of it.
@dataclass(frozen=True, kw_only=True)
class Regime:
    """The conditions of one medicine, in the order of their texts; none: freely delivered.

    That order is not the authorisation's: a heading (ADDRESSEES) does not say which of the others
    it is about. So what may refuse is read in the sense that refuses less.
    """

    stated: tuple[Stated, ...] = ()

    def find(self, condition: Condition) -> Stated | None:
        """The first text that states *condition*; None if none does."""
        return next((one for one in self.stated if one.condition is condition), None)

    def find_all(self, *conditions: Condition) -> tuple[Stated, ...]:
        """The texts that state one of *conditions*, in their order."""
        return tuple(one for one in self.stated if one.condition in conditions)

    def has(self, *conditions: Condition) -> bool:
        """Whether one of *conditions* is stated."""
        return any(one.condition in conditions for one in self.stated)

    @cached_property
    def is_list_i(self) -> bool:
        """Whether it is on list I: renewed only where the prescriber says so.

        Source: MED-3; CSP, art. L. 5132-6 and R. 5132-22.
        """
        return self.has(Condition.LIST_I)

    @cached_property
    def is_list_ii(self) -> bool:
        """Whether it is on list II: renewed unless the prescriber forbids it.

        Source: MED-3; CSP, art. L. 5132-6 and R. 5132-22.
        """
        return self.has(Condition.LIST_II)

    @cached_property
    def is_narcotic(self) -> bool:
        """Whether it is classed as a narcotic (« stupéfiant »).

        Source: MED-3; CSP, art. R. 5132-27 and following.
        """
        return self.has(Condition.NARCOTIC)

    @cached_property
    def is_listed(self) -> bool:
        """Whether it is on list I or II, or a narcotic: handed over on a prescription only.

        Source: MED-3; CSP, art. L. 5132-6.
        """
        return self.has(Condition.LIST_I, Condition.LIST_II, Condition.NARCOTIC)

    @cached_property
    def is_in_words(self) -> bool:
        """Whether its amounts are written in words; a narcotic's are, even where no text says it.

        Source: MED-3; CSP, art. R. 5132-5 and R. 5132-29.
        """
        return self.has(Condition.IN_WORDS, Condition.NARCOTIC)

    @cached_property
    def is_secured(self) -> bool:
        """Whether a paper prescription of it is on secured paper, in words or not.

        Source: MED-3; CSP, art. R. 5132-5 and R. 5132-29.
        """
        return self.has(Condition.IN_WORDS, Condition.SECURED, Condition.NARCOTIC)

    @cached_property
    def fraction_days(self) -> int | None:
        """How many days one delivery covers at most; None: it is not handed over in fractions.

        Of several, the smallest: each is a step not to be exceeded. The prescriber may say
        « délivrance en une seule fois », which a regime does not know.

        Source: MED-3; CSP, art. R. 5132-30.
        """
        days = [one.days for one in self.find_all(Condition.FRACTION) if one.days is not None]
        return min(days, default=None)

    @cached_property
    def ceiling(self) -> Stated | None:
        """The longest prescription allowed to every patient; None: no text says one.

        Of several (no medicine has two in January 2026), the longest: they would be alternatives
        that depend on what a line does not say. With a pregnancy prevention programme (isotretinoin
        and the like), the ceiling holds for women who may be pregnant, and the text alone does not
        say so: it is then a ``partial_ceiling``.

        Source: MED-3; CSP, art. R. 5132-21 and R. 5132-30. Which one binds: ours (MED-3), a ceiling
        that is not the patient's would refuse what is allowed.
        """
        return None if self.has(Condition.PREGNANCY_PREVENTION) else self._longest

    @cached_property
    def partial_ceiling(self) -> Stated | None:
        """The longest prescription allowed to some patients only: what a warning may say.

        Source: ours (MED-3), see ``ceiling``.
        """
        return self._longest if self.has(Condition.PREGNANCY_PREVENTION) else None

    @cached_property
    def _longest(self) -> Stated | None:
        return max(self.find_all(Condition.DURATION_MAX), key=_count_days, default=None)

    @cached_property
    def forbids_overlap(self) -> bool:
        """Whether a new delivery may not overlap the last, unless the prescriber says so.

        Source: MED-3; CSP, art. R. 5132-33.
        """
        return self.has(Condition.NARCOTIC, Condition.NO_OVERLAP)

    @cached_property
    def reserved(self) -> tuple[Stated, ...]:
        """What reserves who prescribes, first or again: for a warning, since any one may suffice.

        Source: MED-3; CSP, art. R. 5121-77 and following.
        """
        return self.find_all(
            Condition.HOSPITAL_PRESCRIPTION,
            Condition.INITIAL_HOSPITAL,
            Condition.INITIAL_SPECIALIST,
            Condition.RESERVED_PRESCRIBER,
            Condition.RENEWAL_RESERVED,
        )

    @cached_property
    def is_hospital_only(self) -> bool:
        """Whether no pharmacy in town hands it over: for hospitals, or by their pharmacies alone.

        Source: MED-3; CSP, art. R. 5121-77.
        """
        reserves = self.has(Condition.HOSPITAL_USE, Condition.HOSPITAL_PHARMACY)
        return reserves and not self.has(Condition.RETAIL_PHARMACY)


NO_REGIME = Regime()

# The longest month: « 6 mois » is not shorter than « 26 semaines ».
_MONTH_DAYS_MAX = 31
# A number has at most three digits: no text says more.
_BLANKS = {
    "{days}": r"(?P<days>\d{1,3})",
    "{weeks}": r"(?P<weeks>\d{1,3})",
    "{months}": r"(?P<months>\d{1,3})",
    "{years}": r"(?P<years>\d{1,3})",
    "{who}": r"(?P<who>.+)",
    "{…}": r".+",
}
_BLANK = re.compile(r"(\{\w+\}|\{…\})")
# Sign for sign. The last apostrophe is that of cp1252 read as Latin-1, as it stands in the BDPM.
_ACCENTS = str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy")
_FOLDS = _ACCENTS | dict.fromkeys(map(ord, "’\u2018\u02bc\u00b4`\x92"), ord("'"))


def read_regime(texts: Iterable[str]) -> Regime:
    """The regime that *texts* state, each read alone.

    Source: MED-3.
    """
    return Regime(stated=tuple(read_condition(text) for text in texts))


def read_condition(text: str) -> Stated:
    """The condition that the first rule that fits *text* states; kept as text where none fits.

    Weeks are counted as seven days, years as twelve months.

    Source: MED-3.
    """
    tidied = " ".join(unicodedata.normalize("NFC", text).split()).rstrip(" .")
    folded = _fold(tidied)
    for pattern, rule in _PATTERNS:
        if match := pattern.fullmatch(folded):
            return _state(text, rule, match, tidied=tidied)
    return Stated(condition=Condition.TEXT, text=text)


def _state(text: str, rule: Rule, match: re.Match[str], *, tidied: str) -> Stated:
    """What *rule* states, with what *match* found in the folded text."""
    found = match.groupdict()
    days, weeks, months, years = (
        int(found[unit]) if unit in found else None for unit in ("days", "weeks", "months", "years")
    )
    return Stated(
        condition=rule.condition,
        text=text,
        days=days if weeks is None else weeks * 7,
        months=(rule.months if months is None else months) if years is None else years * 12,
        who=tidied[slice(*match.span("who"))] if "who" in found else None,
    )


def _count_days(stated: Stated) -> int:
    return (stated.days or 0) + (stated.months or 0) * _MONTH_DAYS_MAX


def _fold(tidied: str) -> str:
    """*tidied* without capitals nor accents, sign for sign: its places stay the same."""
    return tidied.lower().translate(_FOLDS)


def _compile(rule: Rule) -> re.Pattern[str]:
    """A sentence as a pattern; an apostrophe may be missing, as in « laccord de soins »."""
    parts = (
        _BLANKS[part] if part in _BLANKS else re.escape(_fold(part)).replace("'", "'?")
        for part in _BLANK.split(rule.sentence)
    )
    return re.compile("".join(parts))


_PATTERNS = tuple((_compile(rule), rule) for rule in RULES)
