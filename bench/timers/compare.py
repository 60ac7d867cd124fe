"""Runs both programs in turn, round by round, and compares them. `run` builds them and then calls this."""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"
PROGRAMS = {"spindle": ARTIFACTS / "bin/Timers/release/spindle-timers", "libuv": ARTIFACTS / "native/timers"}
STEPS = ("schedule", "cancel", "fire", "all")
ORDERS = {"shuffled": "due times in no order", "same": "the same delay for all"}
BAR = 2.0


def measure(program, order, count):
    out = subprocess.run([program, order, str(count)], capture_output=True, text=True, check=True).stdout
    steps = [int(field) / 1e6 for field in out.split()]
    return [*steps, sum(steps)]


def compare(order, count, rounds):
    """Milliseconds of processor time of every step, for each program and round."""
    figures = {name: [] for name in PROGRAMS}
    for round_number in range(rounds):
        names = list(PROGRAMS) if round_number % 2 == 0 else list(reversed(PROGRAMS))
        for name in names:
            figures[name].append(measure(PROGRAMS[name], order, count))

    return figures


def report(order, figures):
    print(f"\n{ORDERS[order]}")
    print(f"{'ms':10}" + "".join(f"{step:>10}" for step in STEPS))
    for name, rounds in figures.items():
        print(f"{name:10}" + "".join(f"{statistics.median(column):10.0f}" for column in zip(*rounds)))

    ratios = [[uv / ours for ours, uv in zip(*pair)] for pair in zip(figures["spindle"], figures["libuv"])]
    medians = [statistics.median(column) for column in zip(*ratios)]
    print(f"{'x as fast':10}" + "".join(f"{ratio:9.2f}x" for ratio in medians))
    return medians[-1]


def main():
    parser = argparse.ArgumentParser(prog="bench/timers/run", description="Compares the reactor's CallLater with libuv's uv_timer.")
    parser.add_argument("--rounds", type=int, default=7, help="default 7")
    parser.add_argument("--count", type=int, default=1_000_000, help="timers; default 1,000,000")
    parser.add_argument("--check", action="store_true", help=f"exit with 1 unless Spindle is {BAR:g} times as fast in all, in both orders")
    arguments = parser.parse_args()

    print(f"{arguments.count:,} timers, half of them cancelled; processor time, medians of {arguments.rounds} rounds on {os.cpu_count()} cores")
    ratios = []
    for order in ORDERS:
        ratios.append(report(order, compare(order, arguments.count, arguments.rounds)))

    if arguments.check:
        is_met = min(ratios) >= BAR
        print(f"\n{'PASS' if is_met else 'FAIL'}: {min(ratios):.2f}x, the bar is {BAR:g}x")
        sys.exit(0 if is_met else 1)


main()
