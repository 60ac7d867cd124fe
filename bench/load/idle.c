/* Opens connections, says `ready`, and holds them until standard input ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

enum { SOURCES = 16, MESSAGE_LIMIT = 65536 };

static void echo_once(int fd)
{
    static unsigned char message[MESSAGE_LIMIT], answer[MESSAGE_LIMIT];
    if (options.size > sizeof message)
        fail("idle: the size is at most %zu", sizeof message);
    fill_random(message, options.size);
    send_all(fd, message, options.size);
    receive_all(fd, answer, options.size);
    if (memcmp(message, answer, options.size))
        fail("a wrong answer");
}

void run_idle(void)
{
    for (int i = 0; i < options.connections; i++) {
        int fd = connect_from(i % SOURCES);
        reset_on_close(fd);
        if (options.touch)
            echo_once(fd);
    }
    printf("ready\n");
    fflush(stdout);
    char ignored[64];
    while (read(STDIN_FILENO, ignored, sizeof ignored) > 0)
        ;
}
