#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"

static struct {
    bool measuring;
    uint64_t start, end;    /* of the measuring */
    uint64_t operations;
    uint64_t bytes;
    uint64_t server_cpu;
    uint64_t client_cpu;
    int stats;              /* the connection that asks for the heap's figures, or -1 */
} window = { .stats = -1 };

static struct histogram latencies;
static int epoll = -1;

static uint64_t cpu_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) < 0)
        die("the server's CPU clock");
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t server_cpu_ns(void)
{
    /* The kernel's number for a process's CPU clock: all its threads, those that have ended too, exact to the nanosecond. */
    const int scheduler_clock = 2;
    return options.pid ? cpu_ns((clockid_t)(~options.pid * 8 | scheduler_clock)) : 0;
}

static void ask_stats(void)
{
    if (window.stats >= 0)
        send_all(window.stats, "STATS\n", 6);
}

void window_open(void)
{
    if (options.stats) {
        window.stats = connect_from(0);
        reset_on_close(window.stats);
        /* The first answer is slow and allocates what later ones use; it is not for measuring. */
        ask_stats();
    }
    window.start = now_ns() + (uint64_t)(options.warmup * 1e9);
    window.end = window.start + (uint64_t)(options.seconds * 1e9);
}

static void begin_measuring(void)
{
    window.measuring = true;
    window.operations = 0;
    window.bytes = 0;
    memset(&latencies, 0, sizeof latencies);
    ask_stats();
    window.client_cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
    window.server_cpu = server_cpu_ns();
    window.start = now_ns();
}

static void end_measuring(void)
{
    window.server_cpu = server_cpu_ns() - window.server_cpu;
    window.end = now_ns();
    window.client_cpu = cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - window.client_cpu;
    ask_stats();
    /* Whatever the server does about our end must come after its answer. */
    if (window.stats >= 0)
        usleep(300 * 1000);
}

bool window_continues(uint64_t now)
{
    if (!window.measuring) {
        if (now >= window.start)
            begin_measuring();
        return true;
    }
    if (now < window.end)
        return true;
    end_measuring();
    return false;
}

void count(uint64_t operations, uint64_t latency)
{
    window.operations += operations;
    histogram_add(&latencies, latency, operations);
}

void count_bytes(uint64_t bytes)
{
    window.bytes += bytes;
}

void report(void)
{
    static const struct { const char *name; double share; } percentiles[] = {
        { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 },
    };
    double seconds = (double)(window.end - window.start) / 1e9;
    printf("{\"mode\": \"%s\", \"connections\": %d, \"size\": %zu, \"depth\": %d, \"seconds\": %.6f, "
           "\"operations\": %llu, \"bytes\": %llu, \"server_cpu\": %.9f, \"client_cpu\": %.9f, \"latency_us\": {",
           options.mode, options.connections, options.size, options.depth, seconds,
           (unsigned long long)window.operations, (unsigned long long)window.bytes,
           (double)window.server_cpu / 1e9, (double)window.client_cpu / 1e9);
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        printf("%s\"%s\": %.2f", i ? ", " : "", percentiles[i].name, (double)histogram_at(&latencies, percentiles[i].share) / 1e3);
    printf("}}\n");
}

void watch(int fd, uint32_t events, void *data)
{
    if (epoll < 0 && (epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
        die("epoll_create1");
    struct epoll_event event = { .events = events, .data.ptr = data };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

int wait_events(struct epoll_event *events, int capacity)
{
    /* Even asleep it looks up now and then, so that a server that answers nothing does not hold up the end. */
    const int longest_sleep_ms = 50;
    int n = epoll_wait(epoll, events, capacity, options.spin ? 0 : longest_sleep_ms);
    if (n < 0 && errno != EINTR)
        die("epoll_wait");
    return n < 0 ? 0 : n;
}
