"""Small tables in the shape of the CNAM's (LPP, NABM): dBase made byte by byte, invented codes."""

from collections.abc import Collection, Iterable, Sequence
import struct

Field = tuple[str, str, int]

FILLERS = 25  # one refused record among them is under 5 %
DBASE_III, DBASE_IV = 0x03, 0x04

NABM_SHEETS: list[Field] = [
    ("CODE_NABM", "C", 4),
    ("NOM_COURT", "C", 20),
    ("NOM_LONG", "C", 60),
    ("DATE_DEBUT", "D", 8),
    ("DATE_FIN", "D", 8),
]
NABM_TERMS: list[Field] = [
    ("CODE_NABM", "C", 4),
    ("DATE_EFFET", "D", 8),
    ("ENTENTE", "C", 1),
    ("MAX_FACTU", "N", 3),
]
NABM_PAIRS: list[Field] = [("CODE1", "C", 4), ("CODE2", "C", 4)]
LPP_SHEETS: list[Field] = [
    ("CODE_TIPS", "C", 7),
    ("NOM_COURT", "C", 60),
    ("DATE_FIN", "D", 8),
    ("TYPE_PREST", "C", 1),
]
LPP_TERMS: list[Field] = [
    ("CODE_TIPS", "C", 7),
    ("DEBUTVALID", "D", 8),
    ("ENTENTE", "C", 1),
    ("TARIF", "N", 10),
]


def write_table(
    fields: Sequence[Field],
    rows: Sequence[Sequence[str]],
    *,
    erased: Collection[int] = (),
    version: int = DBASE_III,
) -> bytes:
    """A table of dBase in code page 850; the records whose rank, from 0, is in *erased* are."""
    head = 32 + 32 * len(fields) + 1
    width = 1 + sum(size for _, _, size in fields)
    content = struct.pack("<B3BLHH20x", version, 126, 11, 23, len(rows), head, width)
    for name, kind, size in fields:
        content += struct.pack("<11sc4xBB14x", name.encode("ascii"), kind.encode(), size, 0)
    content += b"\r"
    for rank, row in enumerate(rows):
        content += b"*" if rank in erased else b" "
        for (_, kind, size), value in zip(fields, row, strict=True):
            text = value.encode("cp850")
            content += text.rjust(size) if kind == "N" else text.ljust(size)
    return content + b"\x1a"


def filler(system: str, n: int) -> str:
    """One of the codes that every set of tables holds."""
    return f"90{n:02}" if system == "NABM" else f"90000{n:02}"


def nabm_files(
    sheets: Iterable[Sequence[str]] = (),
    terms: Iterable[Sequence[str]] = (),
    pairs: Iterable[Sequence[str]] = (),
    *,
    release: str = "105",
) -> dict[str, bytes]:
    """The tables of the NABM: 25 codes and the first day of each, then what is given."""
    codes = [filler("NABM", n) for n in range(FILLERS)]
    return {
        f"NABM_FICHE_TOT{release}.dbf": write_table(
            NABM_SHEETS, [*([code, "EXAMEN", "", "", ""] for code in codes), *sheets]
        ),
        f"NABM_HISTO_TOT{release}.dbf": write_table(
            NABM_TERMS, [*([code, "20000101", "N", ""] for code in codes), *terms]
        ),
        f"NABM_INCOMP_TOT{release}.dbf": write_table(NABM_PAIRS, list(pairs)),
    }


def lpp_files(
    sheets: Iterable[Sequence[str]] = (),
    terms: Iterable[Sequence[str]] = (),
    *,
    release: str = "901",
) -> dict[str, bytes]:
    """The tables of the LPP: 25 codes and the first day of each, then what is given."""
    codes = [filler("LPP", n) for n in range(FILLERS)]
    return {
        f"LPP_FICHE_TOT{release}.dbf": write_table(
            LPP_SHEETS, [*([code, "DISPOSITIF", "", "A"] for code in codes), *sheets]
        ),
        f"LPP_HISTO_TOT{release}.dbf": write_table(
            LPP_TERMS, [*([code, "20000101", "N", "12.50"] for code in codes), *terms]
        ),
    }
