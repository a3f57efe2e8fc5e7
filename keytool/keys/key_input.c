/*
 * Keys from a file or from stdin; see key_input.h.
 */
#include "key_input.h"
#include "allow_list.h"
#include "whole_file.h"

#include <string.h>
#include <unistd.h>

bool key_input_read(struct key_finds *finds, mode_t *mode, const char *path,
                    const struct key_access *access, struct problem *problem)
{
    struct whole_file file;
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "stdin" : path;
    if (!(standard
              ? whole_file_read_stream(&file, STDIN_FILENO, name, KEY_FORMATS_FILE_BYTES, problem)
              : whole_file_read(&file, path, KEY_FORMATS_FILE_BYTES, problem)))
        return false;
    if (mode)
        *mode = file.mode;
    bool done = key_formats_read(finds, name, file.data, file.bytes, access, problem);
    whole_file_free(&file);
    return done;
}

bool key_input_file_name(char name[KEY_NAME_BYTES], const char *path)
{
    const char *slash = strrchr(path, '/'), *base = !slash ? path : slash + 1;
    size_t length = strcspn(base, ".");
    if (length >= KEY_NAME_BYTES)
        return false;
    memcpy(name, base, length);
    name[length] = '\0';
    return key_name_check(name, NULL);
}

void key_input_name(char name[KEY_NAME_BYTES], const struct key_finds *finds, size_t index,
                    const char *path)
{
    const struct key_found *found = &finds->keys[index];
    uint8_t digest[FINGERPRINT_BYTES];
    if (found->name[0] != '\0') {
        strcpy(name, found->name);
    } else if (finds->count > 1 || !key_input_file_name(name, path)) {
        fingerprint_digest(digest, found->key);
        allow_derived_name(name, digest);
    }
}
