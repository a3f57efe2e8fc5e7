/* The bare loop: two threads and a TCP connection. */
#include "bare_copy.h"

#include "bench.h"
#include "openssl_aead.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE_BYTES  ((size_t)256 * 1024)
#define RECORD_BYTES (4 + PIECE_BYTES + OPENSSL_AEAD_TAG_BYTES)

static const uint8_t key[32] = {1};

static void must(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

static void next_nonce(uint8_t nonce[OPENSSL_AEAD_NONCE_BYTES], uint64_t *number)
{
    memset(nonce, 0, OPENSSL_AEAD_NONCE_BYTES);
    memcpy(nonce, number, sizeof(*number));
    ++*number;
}

/* Every record is full but the last, which is empty. */
static void send_file(int file, int line, struct openssl_aead *aead)
{
    uint8_t *record = malloc(RECORD_BYTES), nonce[OPENSSL_AEAD_NONCE_BYTES];
    uint64_t number = 0;
    ssize_t got;
    must(record != NULL, "malloc");
    do {
        uint32_t bytes;
        got = read(file, record + 4, PIECE_BYTES);
        must(got >= 0, "read");
        bytes = (uint32_t)got;
        memcpy(record, &bytes, 4);
        next_nonce(nonce, &number);
        if (aead)
            openssl_aead_seal(aead, nonce, record, record + 4, bytes);
        for (size_t at = 0, all = 4 + bytes + OPENSSL_AEAD_TAG_BYTES; at < all;) {
            ssize_t sent = send(line, record + at, all - at, MSG_NOSIGNAL);
            must(sent > 0, "send");
            at += (size_t)sent;
        }
    } while (got > 0);
    free(record);
}

static void receive_all(int line, uint8_t *to, size_t bytes)
{
    must(recv(line, to, bytes, MSG_WAITALL) == (ssize_t)bytes, "recv");
}

static void receive_file(int line, int file, struct openssl_aead *aead)
{
    uint8_t *record = malloc(RECORD_BYTES), nonce[OPENSSL_AEAD_NONCE_BYTES];
    uint64_t number = 0;
    uint32_t bytes;
    must(record != NULL, "malloc");
    do {
        receive_all(line, record, 4);
        memcpy(&bytes, record, 4);
        receive_all(line, record + 4, bytes + OPENSSL_AEAD_TAG_BYTES);
        next_nonce(nonce, &number);
        if (aead)
            openssl_aead_open(aead, nonce, record, record + 4, bytes);
        must(write(file, record + 4, bytes) == (ssize_t)bytes, "write");
    } while (bytes > 0);
    free(record);
}

struct sender {
    const char *path;
    uint16_t port;
    struct openssl_aead *aead;
};

static void *send_side(void *argument)
{
    const struct sender *sender = argument;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(sender->port)};
    int line = socket(AF_INET, SOCK_STREAM, 0), file = open(sender->path, O_RDONLY);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(file >= 0, sender->path);
    must(connect(line, (struct sockaddr *)&to, sizeof(to)) == 0, "connect");
    send_file(file, line, sender->aead);
    close(line);
    close(file);
    return NULL;
}

double bare_copy(const char *from, const char *to, bool encrypted)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t own_bytes = sizeof(own);
    int listener = socket(AF_INET, SOCK_STREAM, 0), line, file;
    struct openssl_aead *aead = encrypted ? openssl_aead_new(key, false) : NULL;
    struct sender sender = {.path = from, .aead = encrypted ? openssl_aead_new(key, true) : NULL};
    pthread_t thread;
    double start, seconds;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(bind(listener, (struct sockaddr *)&own, sizeof(own)) == 0 && listen(listener, 1) == 0,
         "listen");
    getsockname(listener, (struct sockaddr *)&own, &own_bytes);
    sender.port = ntohs(own.sin_port);
    start = bench_now();
    must(pthread_create(&thread, NULL, send_side, &sender) == 0, "thread");
    line = accept(listener, NULL, NULL);
    file = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(line >= 0 && file >= 0, to);
    receive_file(line, file, aead);
    pthread_join(thread, NULL);
    close(file);
    close(line);
    seconds = bench_now() - start;
    close(listener);
    openssl_aead_free(sender.aead);
    openssl_aead_free(aead);
    return seconds;
}
