#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void die(const char *what)
{
    fprintf(stderr, "load: ");
    perror(what);
    exit(1);
}

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "load: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int connect_from(int source)
{
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)source) };
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0)
        die("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* Without this the bind would take a port of its own for every connection, whatever the server's address. */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&local, sizeof local) < 0)
        die("bind");
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0)
        die("connect");
    return fd;
}

void reset_on_close(int fd)
{
    struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void send_all(int fd, const void *data, size_t length)
{
    const char *from = data;
    while (length) {
        ssize_t n = send(fd, from, length, MSG_NOSIGNAL);
        if (n < 0)
            die("send");
        from += n;
        length -= (size_t)n;
    }
}

void receive_all(int fd, void *data, size_t length)
{
    char *to = data;
    while (length) {
        ssize_t n = recv(fd, to, length, 0);
        if (n < 0)
            die("recv");
        if (n == 0)
            fail("the server closed a connection");
        to += n;
        length -= (size_t)n;
    }
}

void fill_random(void *data, size_t length)
{
    static uint64_t state = 0x9E3779B97F4A7C15;
    unsigned char *to = data;
    for (size_t i = 0; i < length; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        to[i] = (unsigned char)(state >> 32);
    }
}
