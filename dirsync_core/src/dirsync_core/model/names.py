"""How names are sorted and searched."""

import unicodedata


def folded(text: str) -> str:
    """Give the form in which names are sorted and searched: case-folded, accents off where they come off."""
    if text.isascii():
        return text.strip().lower()
    decomposed = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))
