"""Identifiers beyond ASCII."""


class Päckchen:
    """Ein kleines Paket."""

    größe = "klein"

    def öffnen(self, werkzeug="Schere", *, vorsichtig: bool = True) -> str:
        """Macht es auf."""
        return f"{werkzeug} {self.inhalt(größe := 1)} {größe} {vorsichtig}"

    def inhalt(self, n):
        return "Überraschung" * n


def 重さ(箱: Päckchen) -> int:
    """What a box weighs."""
    return len(箱.öffnen())
