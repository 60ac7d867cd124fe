/* A million timers on libuv; Program.cs is the same on the reactor. See run. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

#define SPREAD_MS 1000

static uint64_t seed;
static int fired;

/* splitmix64: the same numbers on both sides. */
static uint64_t next(void)
{
    uint64_t z = (seed += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

/* The process's CPU time in ns: waiting for the last timers is no work. */
static double cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e9 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e3;
}

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    fired++;
}

static void run(int count, int print)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    uv_timer_t *timers = malloc(count * sizeof *timers);
    seed = 1;
    fired = 0;

    double start = cpu();
    for (int i = 0; i < count; i++) {
        uv_timer_init(&loop, &timers[i]);
        uv_timer_start(&timers[i], on_timer, next() % SPREAD_MS, 0);
    }

    double scheduled = cpu();
    for (int i = 0; i < count; i += 2) {
        uv_timer_stop(&timers[i]);
    }

    double cancelled = cpu();
    uv_run(&loop, UV_RUN_DEFAULT);
    double end = cpu();

    if (fired != count / 2) {
        fprintf(stderr, "%d fired, not %d\n", fired, count / 2);
        exit(1);
    }

    if (print) {
        printf("%.0f %.0f %.0f %.0f\n", (scheduled - start) / count, (cancelled - scheduled) / (count / 2),
            (end - cancelled) / (count / 2), (end - start) / 1e6);
    }

    free(timers); /* Not closed one by one: that is left out on both sides. */
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000000;
    run(count / 10, 0);
    run(count, 1);
    return 0;
}
