"""Which pieces a cancellation takes from which orders: what is left of each purchased line, newest earlier purchase first."""

from collections import defaultdict


class Stock:
    def __init__(self, purchases):
        self.lines = defaultdict(list)
        for invoice in purchases:  # in time order, so the newest stands last
            for row in invoice.rows:
                self.lines[key_of(row)].append([row, row.quantity])

    def take(self, cancellation, reported):
        """order number → line id → (pieces, unit price). A line without enough earlier quantity goes to `reported` as a whole."""
        taken = defaultdict(dict)
        for row in cancellation.rows:
            earlier = [entry for entry in self.lines[key_of(row)] if entry[0].date <= row.date and entry[1] > 0]
            if sum(left for _, left in earlier) < row.quantity:
                reported.append(row)
                continue
            wanted = row.quantity
            for entry in reversed(earlier):
                pieces = min(wanted, entry[1])
                entry[1] -= pieces
                wanted -= pieces
                line_id = entry[0].line_id
                before = taken[entry[0].invoice].get(line_id, (0, row.price_minor))[0]
                taken[entry[0].invoice][line_id] = (before + pieces, row.price_minor)
                if wanted == 0:
                    break
        return taken


def key_of(row):
    return row.customer, row.stock_code, row.price_minor
