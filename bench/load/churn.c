/*
 * Whole lives: connect, one echo, our end, the server's end. Our side closes first, so TIME_WAIT stays with us; the client
 * addresses rotate, or the ports of a single one would run out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { EVENTS = 256, SOURCES = 100, MESSAGE_LIMIT = 65536 };

struct life {
    int fd;
    size_t received;
    uint64_t began;
};

static unsigned char message[MESSAGE_LIMIT];
static unsigned char received[MESSAGE_LIMIT];

static void begin(struct life *life)
{
    static int source;
    source = (source + 1) % SOURCES;
    life->began = now_ns();
    life->received = 0;
    /* A blocking connect to this machine returns at once: the kernel answers it, not the server. */
    life->fd = connect_from(source);
    send_all(life->fd, message, options.size);
    watch(life->fd, EPOLLIN, life);
}

static void on_readable(struct life *life)
{
    ssize_t n = recv(life->fd, received, sizeof received, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n < 0)
        die("recv");
    if (n == 0) {
        if (life->received != options.size)
            fail("the server closed a connection before its answer");
        close(life->fd);
        count(1, now_ns() - life->began);
        begin(life);
        return;
    }
    if (life->received + (size_t)n > options.size || memcmp(received, message + life->received, (size_t)n))
        fail("a wrong answer");
    life->received += (size_t)n;
    if (life->received == options.size)
        shutdown(life->fd, SHUT_WR);
}

void run_churn(void)
{
    if (options.size > sizeof message)
        fail("churn: the size is at most %zu", sizeof message);
    struct life *lives = calloc((size_t)options.connections, sizeof *lives);
    if (!lives)
        die("calloc");
    fill_random(message, sizeof message);
    window_open();
    for (int i = 0; i < options.connections; i++)
        begin(&lives[i]);
    struct epoll_event events[EVENTS];
    while (window_continues(now_ns())) {
        int n = wait_events(events, EVENTS);
        for (int i = 0; i < n; i++)
            on_readable(events[i].data.ptr);
    }
    report();
    free(lives);
}
