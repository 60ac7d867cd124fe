"""Runs the matrix. `run` builds everything and then calls this."""

import argparse
import contextlib
import json
import os
import platform
import resource
import subprocess
import sys
from pathlib import Path

import cases
import report
import verify
from peers import PEERS, BenchError, Server

DESCRIPTORS = cases.IDLE_CONNECTIONS + 1000


def output_of(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "?"


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    packages = output_of(["dpkg-query", "-W", "-f=${Package} ${Version}, ", "gcc", "libuv1-dev", "python3-twisted", "python3-uvloop"])
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "dotnet": output_of(["dotnet", "--version"]),
        "packages": packages.strip(", "),
    }


def names(known, text):
    chosen = text.split(",")
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(known)}")
    return chosen


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Spindle against its peers on this machine.")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    parser.add_argument("--seconds", type=float, default=2, help="measured for each peer and case, after the warm-up; default 2")
    parser.add_argument("--peers", type=lambda text: names([peer.name for peer in PEERS], text),
                        help="default: all that are built; known: " + ", ".join(peer.name for peer in PEERS))
    parser.add_argument("--cases", type=lambda text: names(cases.CASE_NAMES, text), default=cases.CASE_NAMES,
                        help="default: all; known: " + ", ".join(cases.CASE_NAMES))
    parser.add_argument("--retries", type=int, default=1, metavar="N",
                        help="measure again up to N times while something else uses the machine; default 1")
    parser.add_argument("--json", metavar="FILE", help="also write everything that was measured")
    parser.add_argument("--check", action="store_true", help="hold the project's bars to it; the exit code says whether all hold")
    parser.add_argument("--verify", action="store_true", help="measure nothing; check that every peer answers rightly")
    return parser.parse_args()


def choose_peers(wanted):
    chosen = [peer for peer in PEERS if (peer.name in wanted if wanted else peer.is_built and not peer.optional)]
    missing = [peer.name for peer in chosen if not peer.is_built]
    if missing:
        raise BenchError(f"not built: {', '.join(missing)}")
    return chosen


def raise_descriptor_limit():
    """The servers inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < DESCRIPTORS:
        most = DESCRIPTORS
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def progress(text):
    print(text, file=sys.stderr, flush=True)


def leave_out(case, server, error, servers, results):
    """A peer that cannot do a case does not end the run of all; Spindle has to."""
    if server.peer.name == "spindle":
        raise error
    servers.remove(server)
    results.leave_out(case.name, server.peer.name, str(error))
    progress(f"left out: {error}")


def run_case(case, peers, arguments, results):
    """All peers' servers live side by side on their core, warm; in each round every one is loaded in turn."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server(peer, case.server_mode)) for peer in peers]
        for server in servers:
            cases.warm_up(case, server)
        for number in range(arguments.rounds):
            # Another one begins each round.
            first = number % len(servers)
            for server in servers[first:] + servers[:first]:
                try:
                    found = cases.measure_in_peace(case, server, arguments.seconds, arguments.retries)
                except BenchError as error:
                    leave_out(case, server, error, servers, results)
                    continue
                results.add(case.name, server.peer.name, found)
                progress(f"round {number + 1}  {case.name:13} {server.peer.name:22} {found['rate']:12,.0f} {case.unit}/s  "
                         f"{found['cpu_us']:9.2f} us  busy {found['server_busy']:.0%}{'  disturbed' if cases.is_disturbed(found) else ''}")


def run_counts(peers, arguments, results):
    for peer in peers:
        if cases.IDLE in arguments.cases:
            results.idle[peer.name] = cases.measure_idle(peer)
            progress(f"idle {peer.name}: {results.idle[peer.name]}")
        if cases.ALLOCATION in arguments.cases and peer.managed:
            results.allocation[peer.name] = cases.measure_allocation(peer, arguments.seconds)
            progress(f"allocation {peer.name}: {results.allocation[peer.name]}")


def print_header(described, arguments):
    print(f"{described['cpu']}, {described['cores']} cores, Linux {described['kernel']}")
    print(f".NET SDK {described['dotnet']}, {described['packages']}")
    print(f"Rounds: {arguments.rounds}, of {arguments.seconds:g} s. One core for the server, one for the generator, which never sleeps.")
    print("Figures are medians over the rounds. A ratio is taken within each round, and the median of those is shown:")
    print("the machine's speed drifts, and two peers are compared only at the same time.")


def run(arguments):
    peers = choose_peers(arguments.peers)
    raise_descriptor_limit()
    if arguments.verify:
        return verify.run(peers)

    described = machine()
    results = report.Results()
    run_counts(peers, arguments, results)
    for case in cases.CASES:
        if case.name in arguments.cases:
            run_case(case, peers, arguments, results)

    print_header(described, arguments)
    # In the order of the list, whichever peer began.
    results.rounds = {case: {peer.name: of_case[peer.name] for peer in peers if peer.name in of_case} for case, of_case in results.rounds.items()}
    report.print_results(results)
    holds = report.check(results) if arguments.check else True
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({
            "machine": described, "rounds": arguments.rounds, "seconds": arguments.seconds,
            "measurements": results.rounds, "idle": results.idle, "allocation": results.allocation,
            "bars": [dict(zip(("bar", "value", "limit", "side"), bar)) for bar in report.bars(results)],
        }, indent=2) + "\n")
    return holds


def main():
    try:
        return 0 if run(parse_arguments()) else 1
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
