/* One direction at full speed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/socket.h>

#include "load.h"

enum { EVENTS = 64, CHUNK = 1024 * 1024 };

typedef ssize_t transfer(int fd);

static unsigned char chunk[CHUNK];

/* A plain copy: sendfile from memory makes smaller pieces, which cost both sides more than the copy does. */
static ssize_t transfer_in(int fd)
{
    return send(fd, chunk, sizeof chunk, MSG_NOSIGNAL);
}

/* MSG_TRUNC: TCP drops the data where it is, and the generator copies nothing. */
static ssize_t transfer_out(int fd)
{
    ssize_t n = recv(fd, NULL, CHUNK, MSG_TRUNC);
    if (n == 0)
        fail("the server closed a connection");
    return n;
}

static void run(transfer *transfer_some, uint32_t events)
{
    for (int i = 0; i < options.connections; i++) {
        int fd = connect_from(0);
        reset_on_close(fd);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        watch(fd, events, (void *)(intptr_t)fd);
    }

    window_open();
    struct epoll_event ready[EVENTS];
    while (window_continues(now_ns())) {
        int n = wait_events(ready, EVENTS);
        for (int i = 0; i < n; i++) {
            ssize_t moved = transfer_some((int)(intptr_t)ready[i].data.ptr);
            if (moved >= 0)
                count_bytes((uint64_t)moved);
            else if (errno != EAGAIN)
                die("transfer");
        }
    }
    report();
}

void run_bulk_in(void)
{
    fill_random(chunk, sizeof chunk);
    run(transfer_in, EPOLLOUT);
}

void run_bulk_out(void)
{
    run(transfer_out, EPOLLIN);
}
