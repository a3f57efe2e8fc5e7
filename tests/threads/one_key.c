/*
 * One identity key, used by several threads at once, as a server does: private operations,
 * signatures and decryptions must not disturb each other (the blinding inside has a lock).
 */
#include "engine.h"
#include "pump.h"

#include "rsa_raw.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#define ROUNDS  20 /* more than one drawing of blinding factors */

static const struct rsa_key *key;

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "one_key: %s\n", what);
    abort();
}

static void *use(void *argument)
{
    uint8_t digest[32], signature[256], sealed[256], back[256], number[256];
    size_t bytes;
    memset(digest, *(int *)argument, sizeof(digest));
    for (int round = 0; round < ROUNDS; round++) {
        digest[0] = (uint8_t)round;
        require(!rsa_pss_sign(signature, key, &channel_hash, digest, NULL, NULL), "no signature");
        require(!rsa_pss_verify(signature, 256, key, &channel_hash, digest, 32), "a bad signature");
        require(!rsa_oaep_encrypt(sealed, key, &channel_hash, NULL, 0, digest, 32, NULL),
                "no OAEP");
        require(!rsa_oaep_decrypt(back, &bytes, key, &channel_hash, NULL, 0, sealed, 256, NULL),
                "no decryption");
        require(bytes == 32 && memcmp(back, digest, 32) == 0, "another secret");
        require(!rsa_private(number, key, digest, 32, NULL), "no private operation");
        require(!rsa_public(back, key, number, 256), "no public operation");
        require(memcmp(back + 224, digest, 32) == 0, "another number");
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    key = pump_identity(0);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i + 1;
        pthread_create(&threads[i], NULL, use, &numbers[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    puts("one_key: ok");
    return 0;
}
