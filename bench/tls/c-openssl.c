// The floor: OpenSSL and epoll in plain C, both ends in this process, as the other contenders. What no program can be below.
// Arguments: pingpong|bulk SECONDS. Prints units for each second of processor time and for each second.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

enum { ping = 256, piece = 65536, record = 16384 };

struct end {
    int fd;
    SSL *ssl;
};

static int queue;
static char buffer[piece];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double processor_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static X509 *make_certificate(EVP_PKEY *key) {
    X509 *certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)"floor", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    if (X509_sign(certificate, key, EVP_sha256()) == 0) {
        die("X509_sign");
    }
    return certificate;
}

static void connect_ends(int *fds) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) || getsockname(listener, (struct sockaddr *)&address, &size)) {
        die("listen");
    }
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fds[0], (struct sockaddr *)&address, size)) {
        die("connect");
    }
    fds[1] = accept(listener, NULL, NULL);
    close(listener);
    for (int i = 0; i < 2; i++) {
        int one = 1;
        setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
    }
}

static void make_ends(struct end *ends) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    SSL_CTX *contexts[2] = {SSL_CTX_new(TLS_client_method()), SSL_CTX_new(TLS_server_method())};
    SSL_CTX_use_certificate(contexts[1], make_certificate(key));
    SSL_CTX_use_PrivateKey(contexts[1], key);
    int fds[2];
    connect_ends(fds);
    for (int i = 0; i < 2; i++) {
        SSL_CTX_set_mode(contexts[i], SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
        SSL_CTX_set_read_ahead(contexts[i], 1); // One recv for a record.
        ends[i].fd = fds[i];
        ends[i].ssl = SSL_new(contexts[i]);
        SSL_set_fd(ends[i].ssl, fds[i]);
    }
    SSL_set_connect_state(ends[0].ssl);
    SSL_set_accept_state(ends[1].ssl);
    while (!SSL_is_init_finished(ends[0].ssl) || !SSL_is_init_finished(ends[1].ssl)) {
        SSL_do_handshake(ends[0].ssl);
        SSL_do_handshake(ends[1].ssl);
    }
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &ends[i]};
        epoll_ctl(queue, EPOLL_CTL_ADD, ends[i].fd, &event);
    }
}

// Each round trip: one end hears, answers, the other hears.
static double ping_pong(struct end *ends, double until) {
    double count = 0;
    SSL_write(ends[0].ssl, buffer, ping);
    while (1) {
        struct epoll_event ready[8];
        int n = epoll_wait(queue, ready, 8, -1);
        for (int i = 0; i < n; i++) {
            struct end *end = ready[i].data.ptr;
            if (SSL_read(end->ssl, buffer, record) != ping) {
                continue; // A ticket.
            }
            if (end == &ends[0] && ++count && (long)count % 1000 == 0 && seconds() > until) {
                return count;
            }
            SSL_write(end->ssl, buffer, ping);
        }
    }
}

static double bulk(struct end *ends, double until) {
    double read = 0, written = 0;
    while (seconds() < until || read < written) {
        for (int done = 1; done > 0 && written - read < piece * 4 && seconds() < until;) {
            done = SSL_write(ends[0].ssl, buffer, piece);
            written += done > 0 ? done : 0;
        }
        struct epoll_event ready[8];
        epoll_wait(queue, ready, 8, 0);
        for (int done; (done = SSL_read(ends[1].ssl, buffer, record)) > 0;) {
            read += done;
        }
    }
    return read / 1e6;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "Usage: c-openssl pingpong|bulk SECONDS\n");
        return 2;
    }
    double time = atof(arguments[2]);
    double (*work)(struct end *, double) = strcmp(arguments[1], "bulk") == 0 ? bulk : ping_pong;
    queue = epoll_create1(0);
    struct end ends[2];
    make_ends(ends);
    work(ends, seconds() + time); // Not measured.
    double processor = processor_seconds(), start = seconds();
    double units = work(ends, start + time);
    printf("%f %f\n", units / (processor_seconds() - processor), units / (seconds() - start));
    return 0;
}
