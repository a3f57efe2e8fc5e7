/*
 * What the commands of keytool group share.
 */
#ifndef GLASSBOX_KEYTOOL_GROUP_H
#define GLASSBOX_KEYTOOL_GROUP_H

#include "dh.h"
#include "rsa_key.h"

/* Numbers as python and group_find read them: decimal below 2^64, else hexadecimal after 0x. */
#define GROUP_NUMBER_BYTES (2 + 2 * RSA_MAX_BYTES + 1) /* of any number_read takes */
void group_write_number(char out[GROUP_NUMBER_BYTES], const struct dh_group *group,
                        enum dh_number number);
void group_write_bytes(char out[GROUP_NUMBER_BYTES], const uint8_t *bytes, size_t count);

int group_command_gen(int argc, char **argv);
int group_command_check(int argc, char **argv);

#endif
