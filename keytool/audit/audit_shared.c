/*
 * What keys have in common: primes, moduli, or everything.
 */
#include "audit.h"
#include "console.h"
#include "progress.h"
#include "translate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- the batch gcd --------------------------------------------------------------------------- */

static bool read_n(void *context, size_t index, mpz_t number)
{
    const struct audit *audit = context;
    if (audit->keys[index].n_bytes > 0)
        return audit_key_n(number, audit, index);
    mpz_set_ui(number, 0);
    return true;
}

static void show_step(void *context, const struct rsa_batch_told *told)
{
    const struct audit *audit = context;
    if (!audit->options->step)
        return;
    size_t count = told->numbers;
    char numbers[64];
    snprintf(numbers, sizeof(numbers), translate_count("%zu number", "%zu numbers", count), count);
    printf("  ");
    if (told->step != RSA_BATCH_READ && told->step != RSA_BATCH_PARTS)
        printf(_("block %zu of %zu: "), told->block + 1, told->blocks);
    if (told->step == RSA_BATCH_READ)
        printf(translate_count("%zu number is read; those that are the same are told apart\n",
                               "%zu numbers are read; those that are the same are told apart\n",
                               count),
               count);
    else if (told->step == RSA_BATCH_MULTIPLY)
        printf(_("%s become one product of %zu bits\n"), numbers, told->bits);
    else if (told->step == RSA_BATCH_OTHERS)
        puts(_("the products of the other blocks, modulo its own"));
    else if (told->step == RSA_BATCH_TREE)
        printf(_("%s, pair by pair up to one of %zu bits\n"), numbers, told->bits);
    else if (told->step == RSA_BATCH_REMAINDERS)
        printf(_("down the tree, to a gcd at each of %s\n"), numbers);
    else
        printf(_("%s and parts of numbers that share something are taken apart\n"), numbers);
}

static bool search(struct audit *audit, struct problem *problem)
{
    const struct audit_options *options = audit->options;
    const struct rsa_batch_source source = {audit->key_count, read_n, audit};
    const struct rsa_batch_scratch scratch = {audit_numbers_write_product,
                                              audit_numbers_read_product, &audit->numbers};
    const struct rsa_batch_options how = {.memory = (uint64_t)options->memory << 20,
                                          .scratch = options->memory > 0 ? &scratch : NULL,
                                          .hear = show_step,
                                          .context = audit};
    double began = audit_seconds();
    if (options->step)
        printf(translate_count("primes in common among %zu key\n",
                               "primes in common among %zu keys\n", audit->key_count),
               audit->key_count);
    enum rsa_batch_end end = rsa_batch_gcd(&audit->batch, &source, &how);
    audit->shared_seconds = audit_seconds() - began;
    switch (end) {
    case RSA_BATCH_DONE:
        return true;
    case RSA_BATCH_NO_MEMORY:
        return problem_memory(problem);
    case RSA_BATCH_BOUND:
        problem_set(problem,
                    translate_count("%lu MiB are too little for %zu key",
                                    "%lu MiB are too little for %zu keys", audit->key_count),
                    options->memory, audit->key_count);
        return problem_hint(problem, "--memory %" PRIu64 " would do",
                            (audit->batch.memory >> 20) + 1);
    default:
        problem_errno(problem, "the scratch files in %s", audit->numbers.folder);
        return problem_hint(problem, "--scratch FOLDER names another folder");
    }
}

/* --- the same n ------------------------------------------------------------------------------ */

/* Numbers of lines have no names: each line is one of its own. */
static int compare_names(const struct audit_key *x, const struct audit_key *y)
{
    if (!x->name || !y->name)
        return x->line < y->line ? -1 : x->line > y->line;
    return strcmp(x->name, y->name);
}

/* By n, then e, then the name; the private half of a pair before the public one. */
static int compare_keys(const void *a, const void *b, void *context)
{
    const struct audit *audit = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const struct audit_key *x = &audit->keys[i], *y = &audit->keys[j];
    if (audit->batch.first[i] != audit->batch.first[j])
        return audit->batch.first[i] < audit->batch.first[j] ? -1 : 1;
    if (x->e_mark != y->e_mark)
        return x->e_mark < y->e_mark ? -1 : 1;
    int names = compare_names(x, y);
    if (names == 0 && x->is_private != y->is_private)
        return x->is_private ? -1 : 1;
    return names != 0 ? names : i < j ? -1 : i > j;
}

/* Where a key was read: "class/anna.pub.csv", "stdin:7". It stands behind # in a line of Python
 * that is quoted for the shell. */
#define PLACE_BYTES 160
static const char *place_of(char text[PLACE_BYTES], const struct audit *audit, size_t index)
{
    const struct audit_key *key = &audit->keys[index];
    if (key->line > 0)
        snprintf(text, PLACE_BYTES, "%.120s:%u", audit->files[key->file], key->line);
    else
        snprintf(text, PLACE_BYTES, "%.120s", audit->files[key->file]);
    for (char *at = text; *at; at++)
        if (*at < ' ' || *at > '~' || *at == '\'')
            *at = '?';
    return text;
}

/* Two keys of one modulus: index is told of the other. */
static bool add_same(struct audit *audit, size_t index, size_t other)
{
    bool same_e = audit->keys[index].e_mark == audit->keys[other].e_mark;
    char name[AUDIT_NAME_BYTES], *detail = NULL, *proof = NULL;
    char here[PLACE_BYTES], there[PLACE_BYTES];
    mpz_t n, n_there;
    mpz_inits(n, n_there, NULL);
    bool done = audit_key_n(n, audit, index) && audit_key_n(n_there, audit, other) &&
                asprintf(&detail, same_e ? "it is that of %s" : "n is that of %s, e is another",
                         audit_name(name, audit, other)) > 0 &&
                gmp_asprintf(&proof, "n1=%#Zx;n2=%#Zx;print(n1==n2) # n1: %s, n2: %s", n, n_there,
                             place_of(here, audit, index), place_of(there, audit, other)) > 0;
    mpz_clears(n, n_there, NULL);
    return done &&
           audit_add_finding(
               audit,
               &(struct audit_finding){
                   .key = index,
                   .verdict = RSA_BROKEN,
                   .name = same_e ? "same-key" : "common-modulus",
                   .title = same_e ? "one key under two names" : "one modulus in two keys",
                   .cause = same_e ? "a key file was copied, or two machines drew the same random "
                                     "numbers"
                                   : "one n was made for all, and only e is each one's own",
                   .remedy = "make a new key for each: who has one private half has both",
                   .owned_detail = detail,
                   .owned_proof = proof});
}

/* Keys of one n, sorted. The same under the same name is one key; the others are told of each
 * other. */
static bool compare_run(struct audit *audit, const size_t *run, size_t count)
{
    size_t before = run[0];
    bool done = true;
    for (size_t i = 1; done && i < count; i++) {
        struct audit_key *key = &audit->keys[run[i]];
        if (key->e_mark == audit->keys[before].e_mark &&
            compare_names(key, &audit->keys[before]) == 0) {
            key->twin = before;
            continue;
        }
        if (before == run[0])
            done = add_same(audit, before, run[i]);
        done = done && add_same(audit, run[i], before);
        before = run[i];
    }
    return done;
}

/* The keys that have a modulus, in that order; NULL without memory. */
static size_t *sort_keys(size_t *count, struct audit *audit)
{
    size_t *order = reallocarray(NULL, audit->key_count, sizeof(*order));
    *count = 0;
    for (size_t i = 0; order && i < audit->key_count; i++)
        if (audit->keys[i].n_bytes > 0)
            order[(*count)++] = i;
    if (order)
        qsort_r(order, *count, sizeof(*order), compare_keys, audit);
    return order;
}

static bool compare_moduli(struct audit *audit)
{
    size_t count, *order = sort_keys(&count, audit);
    bool done = order != NULL;
    for (size_t i = 0, end; done && i < count; i = end) {
        for (end = i + 1;
             end < count && audit->batch.first[order[end]] == audit->batch.first[order[i]];)
            end++;
        done = end - i == 1 || compare_run(audit, &order[i], end - i);
    }
    free(order);
    return done;
}

/* --- shared primes --------------------------------------------------------------------------- */

/* Who shares with a key: some of them. */
#define PARTNERS_SHOWN 3
struct partners {
    size_t shown[PARTNERS_SHOWN], count;
    size_t primes;
    bool more;
    unsigned bits; /* of the last prime */
};

static size_t hit_place(const struct rsa_batch *batch, size_t index)
{
    size_t low = 0, high = batch->hit_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (batch->hits[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_partners(struct partners *own, const struct rsa_batch_shared *shared, size_t place)
{
    own->primes++;
    own->bits = (unsigned)mpz_sizeinbase(shared->factor, 2);
    own->more |= shared->count > PARTNERS_SHOWN + 1;
    for (size_t k = 0; k < shared->count && k <= PARTNERS_SHOWN; k++) {
        if (k == place)
            continue;
        own->more |= own->count == PARTNERS_SHOWN;
        if (own->count < PARTNERS_SHOWN)
            own->shown[own->count++] = shared->indices[k];
    }
}

static struct partners *find_partners(const struct rsa_batch *batch)
{
    struct partners *partners = calloc(batch->hit_count + 1, sizeof(*partners));
    for (size_t i = 0; partners && i < batch->shared_count; i++)
        for (size_t j = 0; j < batch->shared[i].count; j++)
            add_partners(&partners[hit_place(batch, batch->shared[i].indices[j])],
                         &batch->shared[i], j);
    return partners;
}

/* "shares a prime of 256 bits with boris and clara" */
static char *write_detail(const struct audit *audit, const struct partners *partners)
{
    char names[PARTNERS_SHOWN * (AUDIT_NAME_BYTES + 8)] = "", name[AUDIT_NAME_BYTES], *text;
    for (size_t i = 0, used = 0; i < partners->count; i++) {
        const char *comma = i == 0                                        ? ""
                            : i + 1 == partners->count && !partners->more ? " and "
                                                                          : ", ";
        used += (size_t)sprintf(names + used, "%s%s", comma,
                                audit_name(name, audit, partners->shown[i]));
    }
    int bytes = partners->primes == 1
                    ? asprintf(&text, "shares a prime of %u bits with %s%s", partners->bits, names,
                               partners->more ? " and others" : "")
                    : asprintf(&text, "shares %zu primes with %s%s", partners->primes, names,
                               partners->more ? " and others" : "");
    return bytes < 0 ? NULL : text;
}

static bool add_shared(struct audit *audit, size_t index, const struct rsa_batch_hit *hit,
                       const struct partners *partners)
{
    char *proof = NULL;
    mpz_t n;
    mpz_init(n);
    bool done = audit_key_n(n, audit, index);
    bool split = done && mpz_cmp(hit->factor, n) < 0;
    if (split && gmp_asprintf(&proof, "n=%#Zx;p=%#Zx;print(1<p<n and n%%p==0)", n, hit->factor) < 0)
        proof = NULL;
    mpz_clear(n);
    return done &&
           audit_add_finding(
               audit, &(struct audit_finding){
                          .key = index,
                          .verdict = split ? RSA_BROKEN : RSA_RESISTED,
                          .name = split ? "shared" : "divisor",
                          .title = split ? "a prime in common with another key"
                                         : "n divides the modulus of another key",
                          .cause = "random numbers were drawn before there was any chance in them: "
                                   "at the first start, or from a copied machine",
                          .remedy = "make new keys for all of them, with a random source that has "
                                    "started; a gcd of two public keys is all it took",
                          .owned_detail = write_detail(audit, partners),
                          .owned_proof = proof});
}

/* Hits are of the first key with that n; the others with it have the same. */
static bool add_hits(struct audit *audit)
{
    const struct rsa_batch *batch = &audit->batch;
    struct partners *partners = find_partners(batch);
    bool done = partners != NULL;
    for (size_t i = 0; done && batch->hit_count > 0 && i < audit->key_count; i++) {
        size_t place = hit_place(batch, batch->first[i]);
        if (audit->keys[i].twin == AUDIT_NONE && place < batch->hit_count &&
            batch->hits[place].index == batch->first[i])
            done = add_shared(audit, i, &batch->hits[place], &partners[place]);
    }
    free(partners);
    return done;
}

/* --- names ----------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b, void *context)
{
    const struct audit *audit = context;
    return strcmp(audit->keys[*(const size_t *)a].name, audit->keys[*(const size_t *)b].name);
}

/* Different keys of one name are called by their files. */
static bool tell_names_apart(struct audit *audit)
{
    size_t *order = reallocarray(NULL, audit->key_count, sizeof(*order)), count = 0;
    bool done = order != NULL;
    for (size_t i = 0; done && i < audit->key_count; i++)
        if (audit->keys[i].name && audit->keys[i].twin == AUDIT_NONE)
            order[count++] = i;
    if (done)
        qsort_r(order, count, sizeof(*order), by_name, audit);
    for (size_t i = 0, end; done && i < count; i = end) {
        for (end = i + 1; end < count && by_name(&order[i], &order[end], audit) == 0;)
            end++;
        for (size_t k = i; done && end - i > 1 && k < end; k++) {
            struct audit_key *key = &audit->keys[order[k]];
            free(key->name);
            done = (key->line > 0
                        ? asprintf(&key->name, "%s:%u", audit->files[key->file], key->line)
                        : asprintf(&key->name, "%s", audit->files[key->file])) > 0;
        }
    }
    free(order);
    return done;
}

/* --- what it comes to ------------------------------------------------------------------------ */

static int by_key(const void *a, const void *b)
{
    const struct audit_finding *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Findings go to the key that is told; one and the same is told once. */
static void settle(struct audit *audit)
{
    size_t kept = 0;
    for (size_t i = 0; i < audit->finding_count; i++)
        while (audit->keys[audit->findings[i].key].twin != AUDIT_NONE)
            audit->findings[i].key = audit->keys[audit->findings[i].key].twin;
    if (audit->finding_count > 0)
        qsort(audit->findings, audit->finding_count, sizeof(*audit->findings), by_key);
    for (size_t i = 0; i < audit->finding_count; i++) {
        struct audit_finding *finding = &audit->findings[i];
        struct audit_key *key = &audit->keys[finding->key];
        if (kept > 0 && by_key(&audit->findings[kept - 1], finding) == 0) {
            free(finding->owned_detail);
            free(finding->owned_proof);
            continue;
        }
        if (key->found == AUDIT_NONE)
            key->found = kept;
        if (finding->verdict == RSA_BROKEN ||
            (finding->verdict == RSA_NOT_APPLICABLE && key->verdict == RSA_RESISTED))
            key->verdict = finding->verdict;
        audit->findings[kept++] = *finding;
    }
    audit->finding_count = kept;
}

bool audit_compare(struct audit *audit, struct problem *problem)
{
    if (!search(audit, problem))
        return false;
    if (!compare_moduli(audit) || !tell_names_apart(audit) || !add_hits(audit))
        return problem_memory(problem);
    settle(audit);
    for (size_t i = 0; i < audit->key_count; i++) {
        const struct audit_key *key = &audit->keys[i];
        if (key->twin != AUDIT_NONE)
            continue;
        audit->told++;
        audit->broken += key->verdict == RSA_BROKEN;
        audit->resisted += key->verdict == RSA_RESISTED;
        audit->not_applicable += key->verdict == RSA_NOT_APPLICABLE;
    }
    return true;
}
