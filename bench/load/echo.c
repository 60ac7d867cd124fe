/*
 * Round trips. Each connection sends `depth` messages at once, waits for all the answers, checks every byte of them and
 * sends the next ones.
 *
 * To stay cheap: edge-triggered epoll, one clock reading per answer, one send per `depth` messages.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { EVENTS = 1024, HEADER = 4, RECEIVE_SIZE = 256 * 1024, MESSAGES = 64, PATTERN_SIZE = 1024 * 1024 };

struct stream {
    int fd;
    size_t first;       /* the first message of this batch, in the pattern */
    size_t sent;
    size_t received;
    uint64_t sent_at;
};

static size_t wire;             /* bytes of a message with its header */
static size_t batch;            /* bytes of `depth` messages */
static size_t messages;         /* a batch begins at one of so many messages */
static unsigned char *pattern;
static unsigned char received[RECEIVE_SIZE];

/* Random messages in a row. Successive batches begin at different ones, so that no answer can pass for another. */
static void make_pattern(bool framed)
{
    wire = options.size + (framed ? HEADER : 0);
    batch = wire * (size_t)options.depth;
    messages = wire * MESSAGES <= PATTERN_SIZE ? MESSAGES : 2;
    size_t length = wire * messages + batch;
    pattern = malloc(length);
    if (!pattern)
        die("malloc");
    fill_random(pattern, length);
    for (size_t at = 0; framed && at < length; at += wire) {
        pattern[at] = (unsigned char)(options.size >> 24);
        pattern[at + 1] = (unsigned char)(options.size >> 16);
        pattern[at + 2] = (unsigned char)(options.size >> 8);
        pattern[at + 3] = (unsigned char)options.size;
    }
}

static void send_rest(struct stream *s)
{
    ssize_t n = send(s->fd, pattern + s->first * wire + s->sent, batch - s->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0)
        s->sent += (size_t)n;
    else if (errno != EAGAIN)
        die("send");
}

static void send_batch(struct stream *s, uint64_t now)
{
    s->first = (s->first + 1) % messages;
    s->sent = 0;
    s->received = 0;
    s->sent_at = now;
    send_rest(s);
}

static void take(struct stream *s, size_t length)
{
    if (s->received + length > batch || memcmp(received, pattern + s->first * wire + s->received, length))
        fail("a wrong answer, at byte %zu of %zu", s->received, batch);

    uint64_t now = now_ns();
    size_t before = s->received / wire;
    s->received += length;
    size_t answered = s->received / wire - before;
    if (answered)
        count(answered, now - s->sent_at);
    if (s->received == batch)
        send_batch(s, now);
}

static void on_event(struct stream *s, uint32_t events)
{
    if (s->sent < batch && events & EPOLLOUT)
        send_rest(s);
    if (!(events & ~(uint32_t)EPOLLOUT))
        return;

    /* A full buffer is the only sign that there is more to read. */
    ssize_t n;
    do {
        n = recv(s->fd, received, sizeof received, MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            die("recv");
        if (n == 0)
            fail("the server closed a connection");
        take(s, (size_t)n);
    } while (n == sizeof received);
}

void run_echo(bool framed)
{
    make_pattern(framed);
    struct stream *streams = calloc((size_t)options.connections, sizeof *streams);
    if (!streams)
        die("calloc");
    for (int i = 0; i < options.connections; i++) {
        streams[i].fd = connect_from(0);
        streams[i].first = (size_t)i % messages;
        reset_on_close(streams[i].fd);
        watch(streams[i].fd, EPOLLIN | EPOLLOUT | EPOLLET, &streams[i]);
    }

    window_open();
    for (int i = 0; i < options.connections; i++)
        send_batch(&streams[i], now_ns());
    struct epoll_event events[EVENTS];
    while (window_continues(now_ns())) {
        int n = wait_events(events, EVENTS);
        for (int i = 0; i < n; i++)
            on_event(events[i].data.ptr, events[i].events);
    }
    report();
    free(streams);
    free(pattern);
}
