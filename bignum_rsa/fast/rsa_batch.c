/* Several private operations at once: see rsa_raw.h. */
#include "rsa_crt.h"
#include "rsa_crt_lanes.h"
#include "rsa_key_internal.h"
#include "rsa_lanes.h"
#include "rsa_memory.h"
#include "rsa_operation.h"
#include "rsa_raw.h"

#include <string.h>

/* Up to RSA_BATCH operations between begin and finish. */
struct batch {
    struct rsa_operation op[RSA_BATCH];
    struct rsa_scratch half[RSA_BATCH]; /* m_1 and m_2 */
    struct rsa_half_powers powers[RSA_BATCH];
    size_t job[RSA_BATCH]; /* whose it is */
    size_t count;
};

static bool halves_open(struct batch *batch, size_t i, const struct rsa_key *key)
{
    const size_t p = rsa_key_limbs(key, RSA_P), q = rsa_key_limbs(key, RSA_Q);
    if (!rsa_scratch_open(&batch->half[i], p + q))
        return false;
    batch->powers[i] = (struct rsa_half_powers){rsa_scratch_take(&batch->half[i], p),
                                                rsa_scratch_take(&batch->half[i], q),
                                                batch->op[i].factor, key};
    return true;
}

/* Begins what can be; the jobs that cannot have their error. */
static void begin(struct batch *batch, struct rsa_private_job *jobs, size_t count,
                  const struct rsa_random *source)
{
    batch->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct rsa_private_job *job = &jobs[i];
        struct rsa_operation *op = &batch->op[batch->count];
        job->error = rsa_operation_begin(op, job->key, job->in, job->in_bytes, source);
        if (!job->error && !halves_open(batch, batch->count, job->key))
            job->error = RSA_ERR_MEMORY;
        if (job->error)
            rsa_scratch_close(&op->scratch);
        else
            batch->job[batch->count++] = i;
    }
}

static void power_and_finish(struct batch *batch, struct rsa_private_job *jobs)
{
    const size_t together = rsa_crt_halves_in_lanes(batch->powers, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        struct rsa_private_job *job = &jobs[batch->job[i]];
        struct rsa_operation *op = &batch->op[i];
        job->error = i < together
                         ? rsa_crt_join(op->m, batch->powers[i].m1, batch->powers[i].m2, job->key)
                         : rsa_crt_power(op->m, op->factor, job->key);
        if (!job->error)
            job->error = rsa_operation_finish(job->out, op, job->key);
        rsa_scratch_close(&batch->half[i]);
        rsa_scratch_close(&op->scratch);
    }
}

size_t rsa_private_together(void)
{
    return rsa_lanes_best() ? rsa_lanes_best()->lanes / 2 : 1; /* p and q */
}

void rsa_private_batch(struct rsa_private_job *jobs, size_t count, const struct rsa_random *source)
{
    for (size_t done = 0; done < count; done += RSA_BATCH) {
        struct rsa_private_job *now = jobs + done;
        const size_t some = count - done < RSA_BATCH ? count - done : RSA_BATCH;
        struct batch batch;
        begin(&batch, now, some, source);
        power_and_finish(&batch, now);
        for (size_t i = 0; i < some; i++) {
            if (now[i].error)
                memset(now[i].out, 0, rsa_key_bytes(now[i].key));
            rsa_scrub_stack(rsa_key_bits(now[i].key));
        }
    }
}
