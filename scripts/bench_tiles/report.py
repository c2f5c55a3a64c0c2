"""What the run says: cells against their goals, and at the end what was missed, what was wrong, and what was not to be had."""

import statistics


class Report:
    def __init__(self):
        self.missed, self.failures, self.absent = [], [], []

    def judge(self, what, figure, goal, decimals=2, unit=""):
        """The cell that holds a figure against the most it may be."""
        cell = f"{figure:.{decimals}f}{unit} (goal <= {goal:g}{unit})"
        if figure <= goal:
            return cell + " met"
        self.missed.append(f"{what}: {cell}")
        return cell + " **missed**"

    def fail(self, what):
        """Notes a wrong answer: the run fails."""
        print(f"\n**FAILED: {what}**\n", flush=True)
        self.failures.append(what)

    def lacks(self, what):
        """Notes something that could not be measured, and why."""
        print(f"\nNot measured: {what}.\n", flush=True)
        self.absent.append(what)

    def close(self):
        """Prints the end; whether nothing was wrong."""
        print("\n## Verdict\n")
        for title, lines in (("failures", self.failures), ("goals missed", self.missed), ("not to be had", self.absent)):
            print(f"- {title}:" + ("" if lines else " none"))
            for line in lines:
                print(f"  - {line}")
        return not self.failures


def spread(figures, decimals=2):
    """Median, and in brackets the least and the greatest."""
    low, middle, high = min(figures), statistics.median(figures), max(figures)
    return f"{middle:.{decimals}f} ({low:.{decimals}f}-{high:.{decimals}f})"


def quantile(figures, share):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def section(title, text):
    print(f"\n## {title}\n\n{text}\n", flush=True)


def table(head, rows, left=1):
    """A table whose first `left` columns are words."""
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join("---" if column < left else "---:" for column in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
    print(flush=True)
