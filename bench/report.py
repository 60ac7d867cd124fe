"""Medians, tables and the project's bars."""

from statistics import median

from cases import CASES, LATENCY_CASE, is_disturbed

BASELINE = "c-epoll"
DOTNET_SOCKETS = ("dotnet-sockets", "dotnet-sockets-default")


class Results:
    """What was measured: by case, peer and round."""

    def __init__(self):
        self.rounds = {}      # case -> peer -> [a measurement for each round]
        self.idle = {}        # peer -> bytes per connection
        self.allocation = {}  # peer -> managed bytes per round trip
        self.left_out = []    # why a peer is missing in a case

    def add(self, case, peer, measurement):
        self.rounds.setdefault(case, {}).setdefault(peer, []).append(measurement)

    def leave_out(self, case, peer, why):
        self.rounds.get(case, {}).pop(peer, None)
        self.left_out.append(why)

    def values(self, case, peers, key):
        """One value for each round: that of the peer, or the best of several."""
        best = max if key == "rate" else min
        measured = [[m[key] for m in self.rounds[case][peer]] for peer in peers if peer in self.rounds.get(case, {})]
        return [best(of_one_round) for of_one_round in zip(*measured)]

    def ratio(self, case, peer, others, key):
        """The median of the rounds' own ratios, or None: a machine that changes its speed between rounds does not show."""
        pairs = list(zip(self.values(case, (peer,), key), self.values(case, others, key)))
        return median(a / b for a, b in pairs) if pairs else None

    def disturbed(self):
        """How many measurements were disturbed, and how many there are."""
        measurements = [m for peers in self.rounds.values() for of_peer in peers.values() for m in of_peer]
        return sum(is_disturbed(m) for m in measurements), len(measurements)


def table(titles, rows):
    """First column to the left, the others to the right."""
    lines = [titles, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    for line in lines:
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  " + "  ".join(cells))


def number(value, digits=2):
    return "-" if value is None else f"{value:,.{digits}f}"


def print_case(case, results):
    print(f"\n{case.name}: {case.title}")
    rows = []
    for peer in results.rounds[case.name]:
        rows.append([
            peer,
            number(median(results.values(case.name, (peer,), "rate")), 0),
            number(results.ratio(case.name, peer, (BASELINE,), "rate")),
            number(median(results.values(case.name, (peer,), "cpu_us"))),
            number(results.ratio(case.name, peer, (BASELINE,), "cpu_us")),
            number(100 * median(results.values(case.name, (peer,), "server_busy")), 0) + "%",
        ])
    unit = case.unit.removesuffix("s")
    table(["peer", f"{case.unit}/s", f"/ {BASELINE}", f"CPU us/{unit}", f"/ {BASELINE}", "busy"], rows)


def print_latency(results):
    print(f"\nlatency of {LATENCY_CASE}, in microseconds (the median round's percentiles)")
    names = ["p50", "p90", "p99", "p99.9"]
    table(["peer", *names], [
        [peer, *(number(median(m["latency_us"][name] for m in measured), 0) for name in names)]
        for peer, measured in results.rounds[LATENCY_CASE].items()])


def print_results(results):
    for case in CASES:
        if case.name in results.rounds:
            print_case(case, results)
    if LATENCY_CASE in results.rounds:
        print_latency(results)
    if results.idle:
        print("\nidle: bytes per connection, of 10,000 that echoed once (the kernel's own memory is not counted)")
        table(["peer", "resident", "private dirty", "managed"], [
            [peer, number(m["resident"], 0), number(m["private_dirty"], 0), number(m.get("managed"), 0)]
            for peer, m in results.idle.items()])
    if results.allocation:
        print("\nallocation: managed bytes per round trip, 64 connections, 64 bytes")
        table(["peer", "bytes", "round trips", "bytes/round trip"], [
            [peer, number(m["bytes"], 0), number(m["operations"], 0), number(m["per_operation"], 4)]
            for peer, m in results.allocation.items()])
    for why in results.left_out:
        print(f"\nleft out: {why}")
    disturbed, total = results.disturbed()
    if disturbed:
        print(f"\n{disturbed} of {total} measurements were disturbed: something else used the generator's core.")
        print("Do not trust the rates and the latencies of such a run.")


def bars(results):
    """Each bar: its text, the value or None, the limit, and whether the limit is the most or the least."""
    def ratio(case, others, key):
        return results.ratio(case, "spindle", others, key)

    allocation = results.allocation.get("spindle", {}).get("per_operation")
    return [
        ("CPU per round trip at echo-64, of c-epoll's", ratio("echo-64", (BASELINE,), "cpu_us"), 1.05, "most"),
        ("CPU per round trip at echo-64, of the best dotnet-sockets'", ratio("echo-64", DOTNET_SOCKETS, "cpu_us"), 0.87, "most"),
        ("CPU per round trip at echo-64, of kestrel's", ratio("echo-64", ("kestrel",), "cpu_us"), 0.55, "most"),
        ("CPU per round trip at echo-64, of twisted's", ratio("echo-64", ("twisted",), "cpu_us"), 0.25, "most"),
        ("rate at echo-64, of c-epoll's", ratio("echo-64", (BASELINE,), "rate"), 0.95, "least"),
        ("rate at echo-64x16, of c-epoll's", ratio("echo-64x16", (BASELINE,), "rate"), 0.95, "least"),
        ("rate at echo-256x1k, of c-epoll's", ratio("echo-256x1k", (BASELINE,), "rate"), 0.95, "least"),
        ("rate at framed-64x16, of c-epoll's that coalesces", ratio("framed-64x16", (BASELINE,), "rate"), 0.90, "least"),
        ("rate at bulk-in, of c-epoll's", ratio("bulk-in", (BASELINE,), "rate"), 0.95, "least"),
        ("rate at bulk-out, of c-epoll's", ratio("bulk-out", (BASELINE,), "rate"), 0.95, "least"),
        # To two digits it must be zero: a few hundred bytes in a run are the runtime's own.
        ("managed bytes per round trip", None if allocation is None else round(allocation, 2), 0, "most"),
        ("managed bytes per idle connection", results.idle.get("spindle", {}).get("managed"), 512, "most"),
    ]


def holds(value, limit, side):
    """A bar that was not measured does not hold."""
    return value is not None and (value <= limit if side == "most" else value >= limit)


def check(results):
    """Prints every bar. True if all hold."""
    print("\nbars")
    failed = 0
    for text, value, limit, side in bars(results):
        verdict = "PASS" if holds(value, limit, side) else "FAIL"
        failed += verdict == "FAIL"
        print(f"  {verdict}  {text}: {'not measured' if value is None else number(value, 3)} (at {side} {limit})")
    print("all bars hold" if not failed else f"{failed} bars do not hold")
    return not failed
