// load PORT SECONDS SOCKETS WINDOW SIZE [runs]: keeps WINDOW datagrams under way on each of some sockets, and prints how
// many came back a second. What is lost is sent again after a tenth of a second. "runs": sends with UDP_SEGMENT, receives
// with UDP_GRO.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { MaxWindow = 64, MaxSockets = 1024 };

static struct mmsghdr messages[MaxWindow];
static struct iovec pieces[MaxWindow];
static char data[MaxWindow][8192];
static int fds[MaxSockets];
static long seen[MaxSockets];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int size, runs;
static char run_to_send[65536], runs_that_came[MaxWindow][65536];

static void send_run(int fd, int count) {
    char control[CMSG_SPACE(sizeof(unsigned short))] = {0};
    struct iovec piece = {run_to_send, (size_t)count * size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(unsigned short));
    *(unsigned short *)CMSG_DATA(header) = size;
    sendmsg(fd, &message, 0);
}

static int receive_some(int fd, int window) {
    int messages_that_came = recvmmsg(fd, messages, window, 0, NULL), came = 0;
    for (int i = 0; i < messages_that_came; i++) {
        came += messages[i].msg_len / size;
    }
    return came;
}

static void send_some(int fd, int count) {
    if (runs) {
        send_run(fd, count);
        return;
    }
    for (int sent = 0; sent < count;) {
        int result = sendmmsg(fd, messages + sent, count - sent, 0);
        if (result <= 0) {
            break;
        }
        sent += result;
    }
}

int main(int argc, char **argv) {
    if (argc < 6) {
        return 2;
    }
    int sockets = atoi(argv[3]), window = atoi(argv[4]);
    size = atoi(argv[5]);
    runs = argc > 6;
    double seconds = atof(argv[2]);
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < MaxWindow; i++) {
        pieces[i] = runs ? (struct iovec){runs_that_came[i], 65536} : (struct iovec){data[i], size};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
    }

    int epoll = epoll_create1(0);
    for (int i = 0; i < sockets; i++) {
        fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        setsockopt(fds[i], SOL_UDP, UDP_GRO, &runs, sizeof runs);
        if (connect(fds[i], (struct sockaddr *)&server, sizeof server) < 0) {
            perror("connect");
            return 1;
        }
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event);
        send_some(fds[i], window);
    }

    long count = 0, at_start = 0, lost = 0;
    double begin = now(), start = begin + seconds / 4, checked = begin, t;
    while ((t = now()) < start + seconds) {
        if (at_start == 0 && t >= start) {
            at_start = count;
            start = t;
        }
        struct epoll_event ready[MaxWindow];
        int n = epoll_wait(epoll, ready, MaxWindow, 100);
        for (int i = 0; i < n; i++) {
            int which = ready[i].data.u32;
            int came = receive_some(fds[which], window);
            if (came > 0) {
                count += came;
                seen[which] += came;
                send_some(fds[which], came);
            }
        }
        if (t - checked > 0.1) {
            checked = t;
            for (int i = 0; i < sockets; i++) {
                if (seen[i] == 0) {
                    lost++;
                    send_some(fds[i], window);
                }
                seen[i] = 0;
            }
        }
    }

    printf("%.0f %ld %ld\n", (count - at_start) / (now() - start), count, lost);
    return 0;
}
