"""The French *ordonnance numérique*: téléservice, poste and portail."""
