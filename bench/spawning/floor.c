/*
 * The floor: one thread, one epoll, an echo and children by posix_spawn(3), as little as does what the reactor does. It is
 * spoken to as the reactor's program is: a port, then lines "CHILDREN PER-SECOND sync" on standard input.
 *
 * Every descriptor is close-on-exec, so that there is nothing to close in the child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum kind { NONE, PORT, ECHO, ORDERS, TIMER, PIPE, CHILD };
enum { DESCRIPTORS = 16384, EVENTS = 1024, SIZE = 65536 };

static unsigned char kinds[DESCRIPTORS];
static char buffer[SIZE];
static int epoll, timer;
static double *calls;
static int count, made, ended, wrong;
static uint64_t start, interval;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void watch(int fd, enum kind kind, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };
    kinds[fd] = (unsigned char)kind;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

static void drop(int fd)
{
    kinds[fd] = NONE;
    close(fd);
}

static void make_pipe(int child, int *parent_end, int *child_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        die("pipe2");
    *parent_end = ends[child == 0];
    *child_end = ends[child != 0];
    fcntl(*parent_end, F_SETFL, O_NONBLOCK);
}

static void spawn(void)
{
    static char *arguments[] = { "true", NULL };
    int ours[3], theirs[3];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    for (int i = 0; i < 3; i++) {
        make_pipe(i, &ours[i], &theirs[i]);
        posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    }
    int error = posix_spawn(&pid, "/bin/true", &actions, &attributes, arguments, environ);
    if (error) {
        errno = error;
        die("posix_spawn");
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    for (int i = 0; i < 3; i++)
        close(theirs[i]);
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        die("pidfd_open");
    watch(pidfd, CHILD, EPOLLIN);
    for (int i = 0; i < 3; i++)
        watch(ours[i], PIPE, i == 0 ? 0 : EPOLLIN); /* A closed one tells of itself. */
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double percentile(double part)
{
    int at = (int)(count * part);
    return calls[at < count ? at : count - 1];
}

static void report(void)
{
    qsort(calls, (size_t)count, sizeof *calls, by_size);
    printf("{\"children\": %d, \"wrong_ends\": %d, \"seconds\": %.3f, \"call_p50_ms\": %.3f, \"call_p99_ms\": %.3f, \"call_max_ms\": %.3f}\n",
           ended, wrong, (double)(now_ns() - start) / 1e9, percentile(0.5), percentile(0.99), percentile(1));
    fflush(stdout);
}

static void set_timer(void)
{
    uint64_t due = start + interval * (uint64_t)made;
    struct itimerspec at = { .it_value = { .tv_sec = (time_t)(due / 1000000000), .tv_nsec = (long)(due % 1000000000) } };
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void spawn_one(void)
{
    uint64_t before = now_ns();
    spawn();
    calls[made++] = (double)(now_ns() - before) / 1e6;
    if (made < count)
        set_timer();
}

static void take_orders(void)
{
    double per_second;
    ssize_t n = read(0, buffer, sizeof buffer - 1);
    if (n <= 0)
        exit(0);
    buffer[n] = 0;
    if (sscanf(buffer, "%d %lf", &count, &per_second) != 2)
        exit(2);
    free(calls);
    calls = calloc((size_t)count, sizeof *calls);
    made = ended = wrong = 0;
    interval = (uint64_t)(1e9 / per_second);
    start = now_ns();
    spawn_one();
}

static void reap(int fd)
{
    siginfo_t info;
    if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED) < 0)
        die("waitid");
    wrong += info.si_code != CLD_EXITED || info.si_status != 0;
    drop(fd);
    if (++ended == count)
        report();
}

static void take_connection(int port)
{
    int on = 1;
    int fd = accept4(port, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd, ECHO, EPOLLIN);
}

static void answer(int fd)
{
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n > 0 && send(fd, buffer, (size_t)n, MSG_NOSIGNAL) == n)
        return; /* The generator waits for its answer: there is always room. */
    if (n < 0 && errno == EAGAIN)
        return;
    drop(fd);
}

static void serve(int fd, uint32_t events)
{
    uint64_t expirations;
    switch (kinds[fd]) {
    case PORT: take_connection(fd); break;
    case ECHO: answer(fd); break;
    case ORDERS: take_orders(); break;
    case CHILD: reap(fd); break;
    case TIMER:
        if (read(fd, &expirations, sizeof expirations) > 0)
            spawn_one();
        break;
    case PIPE:
        if (events & (EPOLLHUP | EPOLLERR) || read(fd, buffer, sizeof buffer) == 0)
            drop(fd);
        break;
    default: break; /* Dropped in this turn. */
    }
}

static int listen_on(int number)
{
    int on = 1;
    int port = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)number), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    setsockopt(port, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(port, (struct sockaddr *)&address, sizeof address) < 0 || listen(port, 1024) < 0)
        die("bind");
    return port;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    watch(timer, TIMER, EPOLLIN);
    watch(0, ORDERS, EPOLLIN);
    watch(listen_on(atoi(argv[1])), PORT, EPOLLIN);
    puts("listening");
    fflush(stdout);
    struct epoll_event events[EVENTS];
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++)
            serve(events[i].data.fd, events[i].events);
    }
}
