"""What a parser says between its rows."""


class Progress(tuple[int, int]):
    """So much of so much is done."""


class PicturesAhead(int):
    """So many pages have to be read as pictures, which takes longer than anything else."""
