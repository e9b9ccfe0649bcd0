"""``journal verify`` finds each thing somebody could do to the base by raw SQL, and says where."""

from usecases.histories import FIRST, SECOND, A, B, C, find, intrude, keep, restore, write_history

MISFILED = "est rangée sous un autre numéro ou un autre instant que les siens"
ENTRY = "UPDATE journal_entry SET {} WHERE chain = '{}' AND rank = {} AND position = {}"
BLOCK = "UPDATE journal_block SET {} WHERE chain = '{}' AND rank = {}"
FACT = "UPDATE fact SET {} WHERE number = '{{SECOND}}' AND rank = 1"
UNTOLD = "- le fait {} de l’ordonnance {} n’a pas d’entrée au journal"


def case(name, *statements, finds):
    """A row of the table below: SQL statements, and the lines that a verification then finds."""
    return name, statements, finds


TAMPERINGS = [
    case(
        "an entry changed",
        ENTRY.format("document = {bytes}", A, 1, 1),
        finds=[
            "A1.1 l’entrée 1 du bloc 1 a été modifiée",
            "A1.1 l’entrée 1 du bloc 1 est illisible",
            UNTOLD.format(0, SECOND),
        ],
    ),
    case(
        "a salt changed",
        ENTRY.format("salt = {bytes}", A, 1, 2),
        finds=["A1.2 l’entrée 2 du bloc 1 a été modifiée"],
    ),
    case(
        "an entry hidden under another number",
        ENTRY.format("number = '{SECOND}'", A, 3, 0),
        finds=[f"A3.0 l’entrée 0 du bloc 3 {MISFILED}"],
    ),
    case(
        "an entry hidden in another bucket",
        ENTRY.format("bucket = 1", A, 3, 0),
        finds=[f"A3.0 l’entrée 0 du bloc 3 {MISFILED}"],
    ),
    case(
        "an entry dated anew",
        ENTRY.format("at = '2026-11-24T09:00:00+00:00'", A, 3, 0),
        finds=[f"A3.0 l’entrée 0 du bloc 3 {MISFILED}"],
    ),
    case(
        "a consultation deleted",
        "DELETE FROM journal_entry WHERE chain = '{A}' AND rank = 1 AND position = 2",
        finds=["A1.2 l’entrée 2 du bloc 1 manque"],
    ),
    case(
        "the entry of an execution deleted",
        "DELETE FROM journal_entry WHERE chain = '{A}' AND rank = 2 AND position = 0",
        finds=["A2.0 l’entrée 0 du bloc 2 manque", UNTOLD.format(1, SECOND)],
    ),
    case(
        "an entry copied after the others of its block",
        "INSERT INTO journal_entry SELECT bucket, number, chain, rank, 3, at, salt, document"
        " FROM journal_entry WHERE chain = '{A}' AND rank = 1 AND position = 2",
        finds=["A1.3 l’entrée 3 du bloc 1 a été ajoutée"],
    ),
    case(
        "an entry added at a place already taken",
        "INSERT INTO journal_entry SELECT bucket, '{SECOND}', chain, rank, position, at, salt,"
        " document FROM journal_entry WHERE chain = '{A}' AND rank = 3",
        finds=[
            "A3.0 l’entrée 0 du bloc 3 a été ajoutée",
            f"A3.0 l’entrée 0 du bloc 3 {MISFILED}",
        ],
    ),
    case(
        "an entry added in a block that does not exist",
        "INSERT INTO journal_entry SELECT bucket, number, chain, 9, position, at, salt, document"
        " FROM journal_entry WHERE chain = '{C}'",
        finds=["C9 des entrées désignent le bloc 9, qui n’existe pas"],
    ),
    case(
        "an entry moved to another block",
        ENTRY.format("rank = 2, position = 2", A, 1, 2),
        finds=[
            "A1.2 l’entrée 2 du bloc 1 manque",
            "A2.2 l’entrée 2 du bloc 2 a été ajoutée",
        ],
    ),
    case(
        "two entries that changed places",
        ENTRY.format("position = 9", A, 2, 0),
        ENTRY.format("position = 0", A, 2, 1),
        ENTRY.format("position = 1", A, 2, 9),
        finds=[
            "A2.0 l’entrée 0 du bloc 2 a été modifiée",
            "A2.1 l’entrée 1 du bloc 2 a été modifiée",
        ],
    ),
    case(
        "a block dated anew",
        BLOCK.format("at = '2026-11-24T09:00:00+00:00'", A, 2),
        finds=["A2 le bloc 2 n’est plus celui dont le bloc 3 garde l’empreinte"],
    ),
    case(
        "the digest of an entry changed in its block",
        BLOCK.format("digests = {hash}", A, 3),
        finds=[
            "A3 le bloc 3 n’est plus celui dont la chaîne C garde l’empreinte",
            "A3.0 l’entrée 0 du bloc 3 a été modifiée",
        ],
    ),
    case(
        "the digest of an entry cut short",
        BLOCK.format("digests = {bytes}", C, 1),
        finds=[
            "C1 le bloc 1 a été modifié : ses empreintes et ses mois ne concordent pas",
            "C1.0 l’entrée 0 du bloc 1 a été ajoutée",
        ],
    ),
    case(
        "a block linked to another past",
        BLOCK.format("previous = {hash}", A, 2),
        finds=[
            "A1 le bloc 1 n’est plus celui dont le bloc 2 garde l’empreinte",
            "A2 le bloc 2 n’est plus celui dont le bloc 3 garde l’empreinte",
        ],
    ),
    case(
        "a past given to the first block of a chain",
        BLOCK.format("previous = {hash}", A, 0),
        finds=[
            "A0 le bloc 0 a été modifié : il commence la chaîne et en suit un autre",
            "A0 le bloc 0 n’est plus celui dont le bloc 1 garde l’empreinte",
        ],
    ),
    case(
        "a first block made to forget other chains",
        BLOCK.format("heads = '[]'", B, 0),
        finds=["B0 le bloc 0 n’est plus celui dont le bloc 1 garde l’empreinte"],
    ),
    case(
        "a block made unreadable",
        BLOCK.format("heads = '?'", B, 0),
        finds=["B0 le bloc 0 est illisible", "B0 le bloc 0 manque"],
    ),
    case(
        "a block copied under another rank",
        "INSERT INTO journal_block SELECT bucket, chain, -1, previous, at, digests, months, heads"
        " FROM journal_block WHERE chain = '{C}' AND rank = 0",
        finds=[
            "C-1 le bloc -1 n’a pas sa place dans la chaîne",
            "C-1 le bloc -1 n’est plus celui dont le bloc 0 garde l’empreinte",
        ],
    ),
    case(
        "a block with a double in another bucket",
        "INSERT INTO journal_block SELECT bucket - 1, chain, rank, previous, at, digests, months,"
        " heads FROM journal_block WHERE chain = '{C}' AND rank = 1",
        finds=["C1 le bloc 1 n’a pas sa place dans la chaîne"],
    ),
    case(
        "a block deleted in the middle",
        "DELETE FROM journal_block WHERE chain = '{A}' AND rank = 2",
        finds=[
            "A2 des entrées désignent le bloc 2, qui n’existe pas",
            "A2 le bloc 2 manque",
        ],
    ),
    case(
        "two blocks deleted with their entries and facts",
        "DELETE FROM journal_block WHERE chain = '{A}' AND rank IN (1, 2)",
        "DELETE FROM journal_entry WHERE chain = '{A}' AND rank IN (1, 2)",
        "DELETE FROM fact WHERE number = '{SECOND}' AND rank = 1",
        "DELETE FROM prescription",
        finds=[
            "A1 les blocs 1 à 2 manquent",
            "A1 le bloc 1, dont la chaîne B garde l’empreinte, manque",
        ],
    ),
    case(
        "a closed chain cut short",
        "DELETE FROM journal_block WHERE chain = '{A}' AND rank = 3",
        "DELETE FROM journal_entry WHERE chain = '{A}' AND rank = 3",
        finds=["A3 le bloc 3, dont la chaîne C garde l’empreinte, manque"],
    ),
    case(
        "a whole chain deleted",
        "DELETE FROM journal_block WHERE chain = '{A}'",
        "DELETE FROM journal_entry WHERE chain = '{A}'",
        finds=[
            "A1 le bloc 1, dont la chaîne B garde l’empreinte, manque",
            "A3 le bloc 3, dont la chaîne C garde l’empreinte, manque",
            UNTOLD.format(0, FIRST),
            UNTOLD.format(0, SECOND),
            UNTOLD.format(1, SECOND),
        ],
    ),
    *(
        case(
            f"the {column.split()[0]} of a fact changed",
            FACT.format(column),
            finds=["A2.0 le fait nommé par l’entrée 0 du bloc 2 a été modifié"],
        )
        for column in (
            "document = {bytes}",
            "resources = {bytes}",
            "operation = 'cancel'",
            "recorded_at = '2026-11-24T09:00:00+00:00'",
        )
    ),
    case(
        "the resources of a prescription changed",
        "UPDATE prescription SET resources = {bytes} WHERE number = '{SECOND}'",
        finds=["A1.1 le fait nommé par l’entrée 1 du bloc 1 a été modifié"],
    ),
    case(
        "a fact deleted",
        "DELETE FROM fact WHERE number = '{FIRST}' AND rank = 1",
        finds=["B1.0 le fait nommé par l’entrée 0 du bloc 1 manque"],
    ),
    case(
        "a prescription hidden in another bucket",
        "UPDATE prescription SET bucket = 1 WHERE number = '{SECOND}'",
        finds=[
            "A1.1 le fait nommé par l’entrée 1 du bloc 1 manque",
            UNTOLD.format(0, SECOND),
        ],
    ),
    case(
        "a fact smuggled in",
        "INSERT INTO fact SELECT bucket, number, 3, recorded_at, operation, document, resources"
        " FROM fact WHERE number = '{SECOND}' AND rank = 1",
        finds=[UNTOLD.format(3, SECOND)],
    ),
    case(
        "a prescription smuggled in, another taken out",
        "UPDATE prescription SET number = '012J00003000000003' WHERE number = '{FIRST}'",
        finds=[
            "A1.0 le fait nommé par l’entrée 0 du bloc 1 manque",
            UNTOLD.format(0, "012J00003000000003"),
        ],
    ),
]


def test_each_tampering_is_found_and_named_where_it_is(database_url, subtests):  # TLS-14
    write_history(database_url)
    keep(database_url)

    for name, statements, finds in TAMPERINGS:
        intrude(database_url, *statements)
        with subtests.test(name):
            assert find(database_url) == finds
        restore(database_url)

    assert find(database_url) == []
