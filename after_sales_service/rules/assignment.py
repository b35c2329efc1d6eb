"""Who gets the next ticket. No database, no "now"."""

TURN, OPEN = "turn", "open"


def choose(people, rule, loads, turns):
    """Return whose turn it is, or None if there is nobody.

    :param list people: those who may get it, in the order of the team
    :param str rule: ``turn``: who waits longest; ``open``: who has the fewest open
        tickets, of several who waits longest
    :param dict loads: open tickets by person
    :param dict turns: when each got the last one, as times or as numbers that rise;
        who never got one comes first
    """

    def rank(place_and_person):
        place, person = place_and_person
        load = loads.get(person, 0) if rule == OPEN else 0
        return load, person in turns, turns.get(person), place

    best = min(enumerate(people), key=rank, default=None)
    return best and best[1]
