/*
 * Which implementation of ML-KEM's transforms runs on this machine, by name: for people and benches.
 */
#ifndef GLASSBOX_MLKEM_IN_USE_H
#define GLASSBOX_MLKEM_IN_USE_H

/* A constant. It depends on the processor and on GLASSBOX_IMPLEMENTATIONS. */
const char *mlkem_in_use(void);

#endif
