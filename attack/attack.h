/*
 * attack: breaks what the other programs use, where it can be broken.
 *
 * A folder a command; each is a table of its own attacks, which call the break/ rooms of the
 * libraries and show what those found (report.h). An attack ends with a verdict: broken is status 0,
 * resisted and not applicable are status 1.
 */
#ifndef GLASSBOX_ATTACK_H
#define GLASSBOX_ATTACK_H

int attack_classic(int argc, char **argv);
int attack_rsa(int argc, char **argv);
int attack_dlog(int argc, char **argv);
int attack_oracle(int argc, char **argv);
int attack_middle(int argc, char **argv);

#endif
