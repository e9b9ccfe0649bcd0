"""Small files in the shape of the official ones (BDPM): invented medicines, right keys."""

MEDICINES, BOXES = "CIS_bdpm.txt", "CIS_CIP_bdpm.txt"
COMPOSITION, GROUPS = "CIS_COMPO_bdpm.txt", "CIS_GENER_bdpm.txt"
CONDITIONS, SUPPLIES = "CIS_CPD_bdpm.txt", "CIS_CIP_Dispo_Spec.txt"
ATC, UCDS = "CIS_MITM.txt", "UCD_CIS.txt"
FILLERS = 25  # one refused row among them is under 5 %


def cip13(n: int) -> str:
    return with_key(f"34009{n:07}")


def ucd13(n: int) -> str:
    return with_key(f"34008{n:07}")


def with_key(digits: str) -> str:
    total = sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(digits))
    return digits + str(-total % 10)


def filler(n: int) -> str:
    """The CIS of one of the medicines that every set of files holds."""
    return f"690000{n:02}"


def medicine(cis: str, name: str, state: str = "Commercialisée") -> str:
    return (
        f"{cis}\t{name}\tcomprimé\torale\tAutorisation active\tProcédure nationale\t{state}"
        "\t12/03/1998\t\t\t LABO\tNon"
    )


def box(
    cis: str,
    code: str,
    packaging: str = "plaquette de 30",
    declared: str = "Déclaration de commercialisation",
    state: str = "Présentation active",
) -> str:
    return (
        f"{cis}\t{code[5:12]}\t{packaging}\t{state}\t{declared}\t16/03/2011\t{code}"
        "\toui\t65 %\t24,34\t25,36\t1,02\t"
    )


def component(cis: str, substance: str, nature: str = "SA", link: str = "1") -> str:
    return f"{cis}\tcomprimé\t42215\t{substance}\t1,00 mg\tun comprimé\t{nature}\t{link}"


def notice(cis: str, code: str, supply: str, since: str, *, until: str = "") -> str:
    return f"{cis}\t{code}\t{supply}\tlibellé\t{since}\t26/01/2026\t{until}\thttps://ansm.example"


def join(*rows: str, end: str = "\n", encoding: str = "utf-8") -> bytes:
    return "".join(row + end for row in rows).encode(encoding)


def write_files(**rows: list[str]) -> dict[str, bytes]:
    """The required files, 25 medicines of one box in them; then *rows*, by the names above."""
    files = {
        MEDICINES: [medicine(filler(n), f"FILLER {n:02}") for n in range(FILLERS)],
        BOXES: [box(filler(n), cip13(9_000_000 + n)) for n in range(FILLERS)],
    }
    if "CONDITIONS" not in rows:
        rows = {**rows, "CONDITIONS": [f"{filler(0)}\tliste II"]}
    for constant, more in rows.items():
        name = globals()[constant]
        files[name] = [*files.get(name, []), *more]
    return {name: join(*lines) for name, lines in files.items()}
