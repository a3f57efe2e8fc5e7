/*
 * How far a search is that is run in slices. Internal to bignum_rsa/break, and told by
 * rsa_factor.h.
 */
#ifndef GLASSBOX_RSA_PROGRESS_H
#define GLASSBOX_RSA_PROGRESS_H

enum rsa_progress {
    RSA_MORE,  /* it can be run on */
    RSA_FOUND, /* 1 < p < n divides n */
    RSA_DONE,  /* the bound is reached: nothing */
    RSA_NO_MEMORY,
};

#endif
