/*
 * How an attack on a cipher ends. Three values, and no fourth: "perhaps" is a resisted with its bound.
 */
#ifndef GLASSBOX_SYM_VERDICT_H
#define GLASSBOX_SYM_VERDICT_H

enum sym_verdict {
    SYM_BROKEN,         /* and the result holds the numbers of a proof */
    SYM_RESISTED,       /* up to the bound that the result states */
    SYM_NOT_APPLICABLE, /* the attack has nothing to work on; the result's `why` says what is missing */
};

#endif
