/* A growable run of bytes, and the frame parser that the C peers share. */
#ifndef BENCH_BYTES_H
#define BENCH_BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_HEADER = 4, FRAME_LIMIT = 64 << 20, RECEIVE_SIZE = 256 * 1024, CHUNK_SIZE = 256 * 1024 };

struct bytes {
    unsigned char *data;
    size_t length;
    size_t capacity;
};

static inline void bytes_reserve(struct bytes *b, size_t capacity)
{
    if (capacity <= b->capacity)
        return;
    size_t grown = b->capacity ? b->capacity : 4096;
    while (grown < capacity)
        grown *= 2;
    b->data = realloc(b->data, grown);
    if (!b->data) {
        perror("realloc");
        exit(1);
    }
    b->capacity = grown;
}

static inline void bytes_append(struct bytes *b, const void *data, size_t length)
{
    bytes_reserve(b, b->length + length);
    memcpy(b->data + b->length, data, length);
    b->length += length;
}

static inline void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

/* The whole size of the frame that begins at data: 0 if it is not all there yet, -1 if it is too big. */
static inline long frame_size(const unsigned char *data, size_t length)
{
    if (length < FRAME_HEADER)
        return 0;
    size_t size = FRAME_HEADER + ((size_t)data[0] << 24 | (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3]);
    if (size > FRAME_LIMIT)
        return -1;
    return size <= length ? (long)size : 0;
}

/* Called with the body of each frame. Returns less than zero to stop. */
typedef int frame_handler(void *context, const unsigned char *body, size_t length);

/* Cuts what was received into frames. What is left of a frame is kept in `partial` for the next call. */
static inline int frames_feed(struct bytes *partial, const unsigned char *data, size_t length, frame_handler *handle, void *context)
{
    if (partial->length) {
        bytes_append(partial, data, length);
        data = partial->data;
        length = partial->length;
    }

    size_t used = 0;
    long size;
    while ((size = frame_size(data + used, length - used)) > 0) {
        if (handle(context, data + used + FRAME_HEADER, (size_t)size - FRAME_HEADER) < 0)
            return -1;
        used += (size_t)size;
    }
    if (size < 0)
        return -1;

    if (data == partial->data) {
        memmove(partial->data, data + used, length - used);
        partial->length = length - used;
        if (!partial->length)
            bytes_free(partial);
    } else if (used < length) {
        bytes_append(partial, data + used, length - used);
    }
    return 0;
}

static inline void frame_header(unsigned char header[FRAME_HEADER], size_t length)
{
    header[0] = (unsigned char)(length >> 24);
    header[1] = (unsigned char)(length >> 16);
    header[2] = (unsigned char)(length >> 8);
    header[3] = (unsigned char)length;
}

enum mode { MODE_ECHO, MODE_FRAMED, MODE_SINK, MODE_SOURCE };

/* Reads "MODE PORT" from the command line, or ends the program. */
static inline enum mode parse_arguments(int argc, char **argv, int *port)
{
    static const char *const names[] = { "echo", "framed", "sink", "source" };
    if (argc == 3) {
        *port = atoi(argv[2]);
        for (int i = 0; i < 4; i++)
            if (!strcmp(argv[1], names[i]))
                return (enum mode)i;
    }
    fprintf(stderr, "usage: %s echo|framed|sink|source PORT\n", argv[0]);
    exit(2);
}

#endif
