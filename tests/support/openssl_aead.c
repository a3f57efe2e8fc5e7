/* OpenSSL's EVP calls, found by name. */
#include "openssl_aead.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define AD_BYTES 4
#define GET_TAG  0x10 /* EVP_CTRL_AEAD_GET_TAG of openssl/evp.h */
#define SET_TAG  0x11

struct openssl_aead {
    void *library, *context; /* an EVP_CIPHER_CTX */
    void (*free_context)(void *context);
    /* NULL for what stays as it is */
    int (*init)(void *context, const void *cipher, void *engine, const uint8_t *key,
                const uint8_t *nonce, int seal);
    int (*update)(void *context, uint8_t *out, int *out_bytes, const uint8_t *in, int bytes);
    int (*final)(void *context, uint8_t *out, int *out_bytes);
    int (*control)(void *context, int what, int bytes, void *data);
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "libcrypto: %s: %s\n", what, dlerror());
    abort();
}

/* Sets *function, a pointer to a function of any type, which C cannot express. */
static void find(void *library, void *function, const char *name)
{
    void *found = dlsym(library, name);
    must(found != NULL, name);
    *(void **)function = found;
}

struct openssl_aead *openssl_aead_new(const uint8_t *key, bool seal)
{
    struct openssl_aead *aead = calloc(1, sizeof(*aead));
    void *(*new_context)(void);
    const void *(*cipher)(void);
    must(aead != NULL, "no memory");
    aead->library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    must(aead->library != NULL, "dlopen");
    find(aead->library, &new_context, "EVP_CIPHER_CTX_new");
    find(aead->library, &cipher, "EVP_chacha20_poly1305");
    find(aead->library, &aead->free_context, "EVP_CIPHER_CTX_free");
    find(aead->library, &aead->init, "EVP_CipherInit_ex");
    find(aead->library, &aead->update, "EVP_CipherUpdate");
    find(aead->library, &aead->final, "EVP_CipherFinal_ex");
    find(aead->library, &aead->control, "EVP_CIPHER_CTX_ctrl");
    aead->context = new_context();
    must(aead->context && aead->init(aead->context, cipher(), NULL, key, NULL, seal) == 1, "key");
    return aead;
}

void openssl_aead_free(struct openssl_aead *aead)
{
    if (!aead)
        return;
    aead->free_context(aead->context);
    dlclose(aead->library);
    free(aead);
}

static void apply(struct openssl_aead *aead, const uint8_t *nonce, const uint8_t *ad, uint8_t *text,
                  size_t bytes)
{
    int done;
    must(aead->init(aead->context, NULL, NULL, NULL, nonce, -1) == 1, "nonce");
    must(aead->update(aead->context, NULL, &done, ad, AD_BYTES) == 1, "data");
    must(aead->update(aead->context, text, &done, text, (int)bytes) == 1, "text");
}

void openssl_aead_seal(struct openssl_aead *aead, const uint8_t *nonce, const uint8_t *ad,
                       uint8_t *text, size_t bytes)
{
    int done;
    apply(aead, nonce, ad, text, bytes);
    must(aead->final(aead->context, text + bytes, &done) == 1, "the end");
    must(aead->control(aead->context, GET_TAG, OPENSSL_AEAD_TAG_BYTES, text + bytes) == 1, "tag");
}

void openssl_aead_open(struct openssl_aead *aead, const uint8_t *nonce, const uint8_t *ad,
                       uint8_t *text, size_t bytes)
{
    int done;
    apply(aead, nonce, ad, text, bytes);
    must(aead->control(aead->context, SET_TAG, OPENSSL_AEAD_TAG_BYTES, text + bytes) == 1, "tag");
    must(aead->final(aead->context, text + bytes, &done) == 1, "what came is not authentic");
}
