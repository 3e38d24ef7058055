# -*- coding: latin-1 -*-
"""Latin-1, and says so."""


class Café:
    """Sells coffee."""

    city = "Orléans"
