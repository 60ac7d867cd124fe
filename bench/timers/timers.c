// A million timers on libuv: scheduled, every second one stopped, the rest fired. Prints the nanoseconds of
// processor time that each of the three took.
// The handles lie in one array that was touched before: libuv pays for no allocation, and nothing is closed.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

enum { SPREAD_MS = 2000 };

struct job {
    uv_timer_t timer;
    int fired;
};

static int left;
static uint64_t fired_at;
static uint64_t random_state = 1;

static uint64_t now_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t next_delay(int is_shuffled) {
    if (!is_shuffled) {
        return SPREAD_MS;
    }

    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return 1 + (random_state >> 33) % SPREAD_MS;
}

static void fire(uv_timer_t *timer) {
    ((struct job *)timer)->fired = 1;
    if (--left == 0) {
        fired_at = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    }
}

static void measure(uv_loop_t *loop, struct job *jobs, int count, int is_shuffled) {
    uv_update_time(loop);
    uint64_t start = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) {
        uv_timer_init(loop, &jobs[i].timer);
        uv_timer_start(&jobs[i].timer, fire, next_delay(is_shuffled), 0);
    }

    uint64_t scheduled = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t last = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < count; i += 2) {
        uv_timer_stop(&jobs[i].timer);
    }

    uint64_t cancelled = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    left = count / 2;
    while (now_ns(CLOCK_MONOTONIC) < last + (SPREAD_MS + 10) * UINT64_C(1000000)) {
        struct timespec rest = {0, 10000000};
        nanosleep(&rest, NULL);
    }

    uint64_t due = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    uv_run(loop, UV_RUN_NOWAIT);
    if (left != 0) {
        fprintf(stderr, "%d timers have not fired\n", left);
        exit(1);
    }

    printf("%llu %llu %llu\n", (unsigned long long)(scheduled - start), (unsigned long long)(cancelled - scheduled),
           (unsigned long long)(fired_at - due));
}

int main(int argc, char **argv) {
    if (argc != 3 || (strcmp(argv[1], "shuffled") != 0 && strcmp(argv[1], "same") != 0) || atoi(argv[2]) < 2) {
        fprintf(stderr, "usage: timers shuffled|same COUNT\n");
        return 2;
    }

    int is_shuffled = strcmp(argv[1], "shuffled") == 0;
    int count = atoi(argv[2]) & ~1;
    struct job *jobs = malloc((size_t)count * sizeof *jobs);
    memset(jobs, 1, (size_t)count * sizeof *jobs);
    uv_loop_t loop;
    uv_loop_init(&loop);
    measure(&loop, jobs, count, is_shuffled);
    return 0;
}
