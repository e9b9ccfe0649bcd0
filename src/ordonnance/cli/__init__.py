"""The command ``ordonnance``."""
