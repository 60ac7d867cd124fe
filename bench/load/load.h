/* What the modes of the load generator share. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

struct options {
    const char *mode;
    int port;
    int connections;
    int depth;      /* messages under way on each connection */
    size_t size;    /* bytes of a message, without its header */
    double seconds;
    double warmup;
    pid_t pid;      /* the server's, or 0: its CPU time is read when the measuring begins and ends */
    bool spin;      /* never sleep */
    bool stats;     /* ask the server for its heap's figures when the measuring begins and ends */
    bool touch;     /* idle: echo once on each connection */
};

extern struct options options;

_Noreturn void die(const char *what);
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

uint64_t now_ns(void);

/* Connects from 127.0.0.(1 + source). The socket blocks; pass MSG_DONTWAIT where that must not be. */
int connect_from(int source);

/* Makes close() reset the connection, which leaves no TIME_WAIT behind. */
void reset_on_close(int fd);

/* Sends or receives all, blocking. */
void send_all(int fd, const void *data, size_t length);
void receive_all(int fd, void *data, size_t length);

void fill_random(void *data, size_t length);

/* The measured window: warm-up, measuring, end. */
void window_open(void);

/* Call once per turn. False when the time is over. Clears the counters when the warm-up ends. */
bool window_continues(uint64_t now);

/* Counts operations that ended now, each `latency` long. */
void count(uint64_t operations, uint64_t latency);

/* Counts bytes of a stream that has no operations. */
void count_bytes(uint64_t bytes);

/* Prints the JSON line. */
void report(void);

/* Watches a descriptor; `data` comes back with the events. */
void watch(int fd, uint32_t events, void *data);

/* The events of one turn: waits for some, or only looks if the options say spin. */
int wait_events(struct epoll_event *events, int capacity);

void run_echo(bool framed);
void run_bulk_in(void);
void run_bulk_out(void);
void run_churn(void);
void run_idle(void);

#endif
