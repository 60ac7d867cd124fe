/*
 * The baseline: the plain loop that a C programmer writes.
 *
 * Level-triggered epoll, one receive buffer for all connections, one recv per readiness, answers sent at once. EPOLLOUT is
 * watched only after a short write, and then nothing is read until all is sent, so that a slow reader holds its writer back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../shared/bytes.h"

enum { BACKLOG = 4096, EVENTS = 512 };

struct connection {
    int fd;
    uint32_t watched;
    size_t sent;            /* how much of `unsent` is gone */
    struct bytes unsent;    /* after a short write */
    struct bytes partial;   /* framed: the beginning of a frame */
};

static int epoll;
static enum mode mode;
static unsigned char received[RECEIVE_SIZE];
static unsigned char chunk[CHUNK_SIZE];
static struct bytes answers; /* framed: what one read is answered with */

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(struct connection *c, uint32_t events)
{
    if (c->watched == events)
        return;
    struct epoll_event event = { .events = events, .data.ptr = c };
    if (epoll_ctl(epoll, c->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &event) < 0)
        die("epoll_ctl");
    c->watched = events;
}

static void drop(struct connection *c)
{
    close(c->fd);
    bytes_free(&c->unsent);
    bytes_free(&c->partial);
    free(c);
}

/* How much the kernel took: 0 if its buffer is full, -1 if the connection is gone. */
static ssize_t send_some(struct connection *c, const unsigned char *data, size_t length)
{
    ssize_t n = send(c->fd, data, length, MSG_NOSIGNAL);
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

static int answer(struct connection *c, const unsigned char *data, size_t length)
{
    ssize_t n = send_some(c, data, length);
    if (n < 0)
        return -1;
    if ((size_t)n < length) {
        bytes_append(&c->unsent, data + n, length - (size_t)n);
        watch(c, EPOLLOUT);
    }
    return 0;
}

static int collect(void *context, const unsigned char *body, size_t length)
{
    (void)context;
    unsigned char header[FRAME_HEADER];
    frame_header(header, length);
    bytes_append(&answers, header, FRAME_HEADER);
    bytes_append(&answers, body, length);
    return 0;
}

static int on_readable(struct connection *c)
{
    ssize_t n = recv(c->fd, received, sizeof received, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (n == 0)
        return -1;
    if (mode == MODE_ECHO)
        return answer(c, received, (size_t)n);
    if (mode == MODE_FRAMED) {
        answers.length = 0;
        if (frames_feed(&c->partial, received, (size_t)n, collect, NULL) < 0)
            return -1;
        return answers.length ? answer(c, answers.data, answers.length) : 0;
    }
    return 0;
}

static int on_writable(struct connection *c)
{
    if (mode == MODE_SOURCE)
        return send_some(c, chunk, sizeof chunk) < 0 ? -1 : 0;

    ssize_t n = send_some(c, c->unsent.data + c->sent, c->unsent.length - c->sent);
    if (n < 0)
        return -1;
    c->sent += (size_t)n;
    if (c->sent == c->unsent.length) {
        bytes_free(&c->unsent);
        c->sent = 0;
        watch(c, EPOLLIN);
    }
    return 0;
}

static void accept_all(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
                return;
            die("accept4");
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = calloc(1, sizeof *c);
        if (!c)
            die("calloc");
        c->fd = fd;
        watch(c, mode == MODE_SOURCE ? EPOLLOUT : EPOLLIN);
    }
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        die("socket");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0)
        die("listen");
    return fd;
}

int main(int argc, char **argv)
{
    int port;
    mode = parse_arguments(argc, argv, &port);
    int listener = listen_on(port);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0)
        die("epoll");
    printf("listening %d\n", port);
    fflush(stdout);

    struct epoll_event events[EVENTS];
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        if (n < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (!c)
                accept_all(listener);
            /* A reset shows as EPOLLERR | EPOLLHUP alone; the send or recv then says which. */
            else if ((c->watched == EPOLLOUT ? on_writable(c) : on_readable(c)) < 0)
                drop(c);
        }
    }
}
