"""``python -m ordonnance`` is the command ``ordonnance``."""

from ordonnance.cli.main import main

if __name__ == "__main__":
    main()
