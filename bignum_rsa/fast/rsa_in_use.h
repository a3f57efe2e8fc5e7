/*
 * Which implementation of RSA's powers runs on this machine, by name: for people and benches.
 */
#ifndef GLASSBOX_RSA_IN_USE_H
#define GLASSBOX_RSA_IN_USE_H

/* A constant. It depends on the processor and on GLASSBOX_IMPLEMENTATIONS (rsa_lanes.h). */
const char *rsa_in_use(void);

#endif
