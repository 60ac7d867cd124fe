/*
 * libuv at its best: uv_try_write first, so that the usual answer costs no request. What the kernel did not take goes out in
 * one uv_write whose request is part of the connection, and nothing is read until it is done.
 */
#include <signal.h>
#include <uv.h>

#include "../shared/bytes.h"

enum { BACKLOG = 4096 };

struct connection {
    uv_tcp_t tcp;           /* first: a pointer to it is a pointer to the connection */
    uv_write_t request;
    struct bytes unsent;    /* after a short write */
    struct bytes partial;   /* framed: the beginning of a frame */
};

static enum mode mode;
static char received[RECEIVE_SIZE];
static char chunk[CHUNK_SIZE];

static void check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, uv_strerror(result));
        exit(1);
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = (struct connection *)handle;
    bytes_free(&c->unsent);
    bytes_free(&c->partial);
    free(c);
}

static void drop(struct connection *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

/* The read callback runs before the next allocation, so one buffer serves every connection. */
static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(received, sizeof received);
}

/* Writes the buffers, or as much as the kernel takes, and keeps the rest. */
static int answer(struct connection *c, uv_buf_t *buffers, unsigned count)
{
    size_t taken = 0;
    if (!c->unsent.length) {
        int n = uv_try_write((uv_stream_t *)&c->tcp, buffers, count);
        if (n < 0 && n != UV_EAGAIN)
            return -1;
        taken = n < 0 ? 0 : (size_t)n;
    }
    for (unsigned i = 0; i < count; i++) {
        size_t skip = taken < buffers[i].len ? taken : buffers[i].len;
        taken -= skip;
        if (skip < buffers[i].len)
            bytes_append(&c->unsent, buffers[i].base + skip, buffers[i].len - skip);
    }
    return 0;
}

static int answer_frame(void *context, const unsigned char *body, size_t length)
{
    unsigned char header[FRAME_HEADER];
    frame_header(header, length);
    uv_buf_t buffers[] = { uv_buf_init((char *)header, FRAME_HEADER), uv_buf_init((char *)body, (unsigned)length) };
    return answer(context, buffers, 2);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer);

static void on_written(uv_write_t *request, int status)
{
    struct connection *c = request->data;
    bytes_free(&c->unsent);
    if (status < 0 || uv_read_start((uv_stream_t *)&c->tcp, on_allocate, on_read) < 0)
        drop(c);
}

static void write_unsent(struct connection *c)
{
    uv_buf_t rest = uv_buf_init((char *)c->unsent.data, (unsigned)c->unsent.length);
    c->request.data = c;
    uv_read_stop((uv_stream_t *)&c->tcp);
    if (uv_write(&c->request, (uv_stream_t *)&c->tcp, &rest, 1, on_written) < 0)
        drop(c);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct connection *c = (struct connection *)stream;
    int result = 0;
    if (n < 0) {
        drop(c);
        return;
    }
    if (mode == MODE_ECHO) {
        uv_buf_t same = uv_buf_init(buffer->base, (unsigned)n);
        result = answer(c, &same, 1);
    } else if (mode == MODE_FRAMED) {
        result = frames_feed(&c->partial, (unsigned char *)buffer->base, (size_t)n, answer_frame, c);
    }
    if (result < 0)
        drop(c);
    else if (c->unsent.length)
        write_unsent(c);
}

static void write_chunk(struct connection *c);

static void on_chunk_written(uv_write_t *request, int status)
{
    struct connection *c = request->data;
    if (status < 0)
        drop(c);
    else
        write_chunk(c);
}

static void write_chunk(struct connection *c)
{
    uv_buf_t data = uv_buf_init(chunk, sizeof chunk);
    c->request.data = c;
    if (uv_write(&c->request, (uv_stream_t *)&c->tcp, &data, 1, on_chunk_written) < 0)
        drop(c);
}

static void on_connection(uv_stream_t *listener, int status)
{
    check(status, "accept");
    struct connection *c = calloc(1, sizeof *c);
    if (!c) {
        perror("calloc");
        exit(1);
    }
    check(uv_tcp_init(listener->loop, &c->tcp), "uv_tcp_init");
    check(uv_accept(listener, (uv_stream_t *)&c->tcp), "uv_accept");
    uv_tcp_nodelay(&c->tcp, 1);
    if (mode == MODE_SOURCE)
        write_chunk(c);
    else
        check(uv_read_start((uv_stream_t *)&c->tcp, on_allocate, on_read), "uv_read_start");
}

int main(int argc, char **argv)
{
    int port;
    mode = parse_arguments(argc, argv, &port);
    signal(SIGPIPE, SIG_IGN);
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    struct sockaddr_in address;
    check(uv_tcp_init(loop, &listener), "uv_tcp_init");
    check(uv_ip4_addr("127.0.0.1", port, &address), "uv_ip4_addr");
    check(uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0), "uv_tcp_bind");
    check(uv_listen((uv_stream_t *)&listener, BACKLOG, on_connection), "uv_listen");
    printf("listening %d\n", port);
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
