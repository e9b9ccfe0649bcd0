"""What is told of a rule, sentence by sentence."""

import re

import pytest

from domain import explained_products
from domain.explained_products import told_of

# Under a product, a title, the effect and the code: the sentence.
TABLE = """
AMOXICILLIN | Délai pour commencer | REFUSE_SAUF_MOTIF TOO_LATE
  Première délivrance : moins de trois mois après l’écriture.
PARACETAMOL | Délai pour commencer | REFUSE_SAUF_MOTIF TOO_LATE
  Première délivrance : dans l’année de l’écriture, même si le prescripteur écrit une validité
  plus longue.
AMOXICILLIN | Quantité d’une délivrance | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Une délivrance : quatre semaines ou trente jours au plus. C’est trop si quatre semaines
  étaient couvertes avec une boîte de moins. Une boîte qui peut durer plus se délivre
  entière, avec un avertissement au-delà de trois mois. Cette boîte : 30 comprimés.
KIT | Quantité d’une délivrance | AVERTIT DURATION_EXCEEDED
  Une délivrance : quatre semaines ou trente jours au plus. Non listé : dépasser n’est qu’un
  avertissement. C’est trop si quatre semaines étaient couvertes avec une boîte de moins. Une
  boîte qui peut durer plus se délivre entière, avec un avertissement au-delà de trois mois.
  Ce que contient la boîte n’est pas sûr : les jours couverts sont ceux que dit le
  pharmacien, à défaut la part de la durée prescrite.
PILL | Quantité d’une délivrance | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Une délivrance : douze semaines au plus. C’est trop si douze semaines étaient couvertes
  avec une boîte de moins. Cette boîte : 63 comprimés.
SUBUTEX | Délivrance fractionnée | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Une délivrance : 7 jours au plus (fraction), sauf si le prescripteur écrit « délivrance en
  une seule fois ».
PARACETAMOL | Rythme | AVERTIT TOO_EARLY
  Délivrance suivante : quand les précédentes sont finies (posologie et quantités). Ce qui
  complète une délivrance n’attend pas, si le tout pouvait l’être d’un coup. Non listé : trop
  tôt n’est qu’un avertissement.
FENTANYL | Rythme | REFUSE_SAUF_MOTIF TOO_EARLY
  Délivrance suivante : quand les précédentes sont finies (posologie et quantités). Ce qui
  complète une délivrance n’attend pas, si le tout pouvait l’être d’un coup. Chaque fraction
  attend la fin des précédentes.
AMOXICILLIN | Renouvellement | REFUSE_SAUF_MOTIF RIGHTS_EXHAUSTED
  Liste I : ne se renouvelle que si le prescripteur l’écrit.
LIST_II | Renouvellement | AVERTIT RENEWED_BY_LAW
  Liste II : se renouvelle même si rien n’est écrit, une délivrance à la fois, pas plus grande
  ; un nombre écrit le limite, 0 l’interdit. Prescrit en jours, sans nombre de boîtes :
  seulement si c’est écrit.
PARACETAMOL | Renouvellement | REFUSE_SAUF_MOTIF RIGHTS_EXHAUSTED
  Non listé : la loi ne le limite pas. Au titre de cette ordonnance, il faut que le
  prescripteur l’ait écrit.
MORPHINE | Durée du traitement | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Traitement : 28 jours au plus, toutes délivrances comptées. Plus long, le prescripteur est
  averti, et la délivrance qui dépasse est refusée.
SIX_MONTHS | Durée du traitement | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Traitement : 6 mois au plus, toutes délivrances comptées. Plus long, le prescripteur est
  averti, et la délivrance qui dépasse est refusée ; une première boîte qui dure plus à elle
  seule n’est qu’un avertissement.
INJECTED | Durée du traitement | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Traitement : 28 jours au plus, toutes délivrances comptées. Le plus long est retenu. Plus
  long, le prescripteur est averti, et la délivrance qui dépasse est refusée.
UNLISTED_SIX_MONTHS | Durée du traitement | A_VERIFIER -
  Limitée par ce texte. Non listé : le téléservice ne la vérifie pas.
ISOTRETINOIN | Durée du traitement | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Traitement : 12 mois au plus, toutes délivrances comptées. Plus long, le prescripteur est
  averti, et la délivrance qui dépasse est refusée ; une première boîte qui dure plus à elle
  seule n’est qu’un avertissement.
ISOTRETINOIN | Durée pour certaines patientes | AVERTIT DURATION_EXCEEDED
  Prescription : 28 jours au plus pour les patientes du programme de prévention de la
  grossesse. L’ordonnance ne dit pas qui l’est : le prescripteur est averti, la délivrance
  n’est pas refusée.
MORPHINE | Trois jours pour se présenter | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Présentée dans les trois jours de l’écriture (ce jour non compté), délivrance entière, à
  l’unité près ; plus tard, les jours passés sont déduits. Sans durée prescrite, rien n’est
  déduit, et le pharmacien est averti.
FENTANYL | Trois jours pour se présenter | REFUSE_SAUF_MOTIF DURATION_EXCEEDED
  Présentée dans les trois jours de l’écriture (ce jour non compté), délivrance entière, à
  l’unité près ; plus tard, les jours passés sont déduits. Chaque fraction se compte de la fin
  de la précédente ; passée tout entière, elle est perdue, et la suivante a ses trois jours.
ZOLPIDEM | Présentation tardive | AVERTIT PRESENTED_LATE
  Présentée plus de trois jours après l’écriture (ou après la fin de la délivrance précédente)
  : le téléservice avertit, sans rien déduire. Ce n’est pas un stupéfiant : le pharmacien dit
  si la règle des trois jours s’applique.
ZOLPIDEM | Chevauchement | REFUSE_SAUF_MOTIF OVERLAP
  Pas de délivrance tant que ce qu’une autre ordonnance des six derniers mois a prescrit et
  délivré couvre le patient (ZOLPIDEM), sauf mention expresse du prescripteur.
MORPHINE | En toutes lettres | REFUSE QUANTITY_IN_WORDS_MISSING
  Dose et nombre de prises en toutes lettres : une dose structurée suffit, le logiciel l’écrit
  en lettres ; sinon, le prescripteur les écrit.
MORPHINE | Ordonnance sécurisée | A_VERIFIER -
  L’ordonnance numérique remplace le papier sécurisé. Sur papier, il reste exigé, et le
  prescripteur écrit pourquoi.
MORPHINE | Copie conservée | A_VERIFIER -
  Le pharmacien garde une copie de l’ordonnance 3 ans.
METHADONE | Pharmacie à désigner | REFUSE NAMED_PHARMACY_MISSING
  L’ordonnance désigne la pharmacie qui délivre.
METHADONE | Lieu de délivrance | A_VERIFIER -
  Délivré en pharmacie de ville, ou par une pharmacie d’hôpital.
ONCOLOGY | Première prescription | AVERTIT PRESCRIBER_RESERVED
  Première prescription à l’hôpital, à refaire au bout de 12 mois. Le prescripteur est
  averti.
ONCOLOGY | Prescripteurs | AVERTIT PRESCRIBER_RESERVED
  Réservé aux : spécialistes et services ONCOLOGIE MEDICALE ; médecins compétents en
  CANCEROLOGIE. L’un d’eux suffit. Le prescripteur est averti.
ONCOLOGY | Hôpital seul | AVERTIT PRESCRIBER_RESERVED
  Réservé à l’hôpital : les officines ne le délivrent pas. Le prescripteur est averti ; la
  délivrance n’est pas refusée.
ONCOLOGY | Texte conservé | A_VERIFIER -
  Conservé en texte, à lire : aucune règle ne le vérifie.
AMOXICILLIN | Substitution dans le groupe | A_VERIFIER -
  C’est le princeps du groupe. Un produit du même groupe peut le remplacer.
AMOXICILLIN | Autre produit | REFUSE SUBSTITUTION_REASON_MISSING
  Hors du groupe : dites pourquoi (hybride, biosimilaire, rupture, accord…). MTE-PH ne suffit
  pas : par elle, le pharmacien garde le produit prescrit.
"""


def read_table():
    """The product, the title, the effect, the code and the sentence of each row."""
    for row in re.split(r"\n(?! )", TABLE.strip()):
        head, *lines = row.split("\n")
        name, title, outcome = head.split(" | ")
        effect, code = outcome.split()
        sentence = " ".join(line.strip() for line in lines)
        yield name, title, effect, None if code == "-" else code, sentence


@pytest.mark.parametrize(("name", "title", "effect", "code", "sentence"), list(read_table()))
def test_a_rule_is_told_for_the_product(name, title, effect, code, sentence):  # MED-2
    told = told_of(getattr(explained_products, name), title)

    assert (told.effect.value, told.code, told.sentence) == (effect, code, sentence)
