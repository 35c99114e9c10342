"""How far apart two spellings are, for finding what somebody meant to type."""


def distance(a: str, b: str, *, most: int) -> int | None:
    """Letters to add, drop, change or swap with their neighbour until both are the same.

    None when that takes more than `most`; the work ends as soon as this is certain.
    """
    if abs(len(a) - len(b)) > most:
        return None
    before_last: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before_last, last = last, row
    return last[-1] if last[-1] <= most else None
