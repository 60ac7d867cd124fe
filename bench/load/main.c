/* The load generator: one thread, one epoll, the same for every server. Prints one JSON line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "load.h"

struct options options = { .connections = 1, .depth = 1, .size = 64, .seconds = 2, .warmup = 1 };

static _Noreturn void usage(void)
{
    fprintf(stderr,
        "usage: load MODE --port PORT [options]\n"
        "modes: echo, framed, bulk-in, bulk-out, churn, idle\n"
        "  --connections N   default 1\n"
        "  --size BYTES      of a message, default 64\n"
        "  --depth N         messages under way on each connection, default 1\n"
        "  --seconds S       measured, default 2\n"
        "  --warmup S        before that, default 1\n"
        "  --pid PID         the server's, to measure its CPU time\n"
        "  --spin            never sleep\n"
        "  --stats           ask the server for its heap's figures before and after\n"
        "  --touch           idle: echo once on each connection\n");
    exit(2);
}

static void parse(int argc, char **argv)
{
    static const struct option known[] = {
        { "port", required_argument, NULL, 'p' }, { "connections", required_argument, NULL, 'c' },
        { "size", required_argument, NULL, 's' }, { "depth", required_argument, NULL, 'd' },
        { "seconds", required_argument, NULL, 't' }, { "warmup", required_argument, NULL, 'w' },
        { "pid", required_argument, NULL, 'P' }, { "spin", no_argument, NULL, 'S' },
        { "stats", no_argument, NULL, 'H' }, { "touch", no_argument, NULL, 'T' }, { NULL, 0, NULL, 0 },
    };
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 'c': options.connections = atoi(optarg); break;
        case 's': options.size = strtoul(optarg, NULL, 10); break;
        case 'd': options.depth = atoi(optarg); break;
        case 't': options.seconds = atof(optarg); break;
        case 'w': options.warmup = atof(optarg); break;
        case 'P': options.pid = atoi(optarg); break;
        case 'S': options.spin = true; break;
        case 'H': options.stats = true; break;
        case 'T': options.touch = true; break;
        default: usage();
        }
    }
    if (optind != argc - 1 || options.port <= 0 || options.connections <= 0 || options.depth <= 0 || options.size == 0)
        usage();
    options.mode = argv[optind];
}

/* One descriptor per connection and some more. */
static void raise_descriptor_limit(void)
{
    rlim_t wanted = (rlim_t)options.connections + 64;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted)
        limit.rlim_max = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        die("RLIMIT_NOFILE");
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    raise_descriptor_limit();
    if (!strcmp(options.mode, "echo"))
        run_echo(false);
    else if (!strcmp(options.mode, "framed"))
        run_echo(true);
    else if (!strcmp(options.mode, "bulk-in"))
        run_bulk_in();
    else if (!strcmp(options.mode, "bulk-out"))
        run_bulk_out();
    else if (!strcmp(options.mode, "churn"))
        run_churn();
    else if (!strcmp(options.mode, "idle"))
        run_idle();
    else
        usage();
    return 0;
}
