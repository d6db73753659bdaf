"""How a parser says no: the English text and its values, which the parent translates for the user."""


class Refusal(ValueError):
    """The file as a whole cannot be read; the text tells its owner what to do."""

    def __init__(self, text: str, **values: str | int) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


def gettext_noop(text: str) -> str:
    """Mark a text for translation; imported as `_` here, where no language is known."""
    return text


_ = gettext_noop


def empty() -> Refusal:
    """Nothing in it."""
    return Refusal(_("The file is empty. Fill in the template and upload that."))


def too_many_rows(limit: int) -> Refusal:
    """More rows than one file may have."""
    return Refusal(_("The file has more than %(limit)s rows. Split it into several files."), limit=limit)
