/* Counts of durations in nanoseconds, in the manner of HdrHistogram: exact below 256, then within 1 part in 128. */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum { HALF = 128, SHIFTS = 40, SLOTS = HALF * (SHIFTS + 2) };

struct histogram {
    uint64_t total;
    uint64_t slots[SLOTS];
};

static inline void histogram_add(struct histogram *h, uint64_t value, uint64_t times)
{
    int shift = value < 2 * HALF ? 0 : 56 - __builtin_clzll(value);
    if (shift > SHIFTS) {
        shift = SHIFTS;
        value = ((uint64_t)(2 * HALF) << SHIFTS) - 1;
    }
    h->slots[(uint64_t)shift * HALF + (value >> shift)] += times;
    h->total += times;
}

/* The largest value that the given share of all values, 0 to 1, does not pass. */
static inline uint64_t histogram_at(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)h->total + 0.5);
    uint64_t seen = 0;
    for (int i = 0; i < SLOTS; i++) {
        seen += h->slots[i];
        if (seen >= wanted && seen) {
            int shift = i < 2 * HALF ? 0 : i / HALF - 1;
            return ((uint64_t)(i - shift * HALF + 1) << shift) - 1;
        }
    }
    return 0;
}

#endif
