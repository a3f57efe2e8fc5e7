/* tshark as a child process: see tshark.h. */
#include "tshark.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_BYTES 16384

char *tshark_field(char path[64], enum wire_message message, size_t field)
{
    const struct wire_layout *layout = wire_layout(message);
    char *at = path;
    snprintf(path, 64, "glassbox.%s.%s", layout->name, layout->fields[field].name);
    for (const char *from = path; *from; from++)
        if (*from != '\'')
            *at++ = *from == ' ' ? '_' : *from;
    *at = '\0';
    return path;
}

static void append(char command[COMMAND_BYTES], const char *argument)
{
    size_t length = strlen(command);
    if (length + strlen(argument) + 4 > COMMAND_BYTES || strchr(argument, '\''))
        abort();
    snprintf(command + length, COMMAND_BYTES - length, " '%s'", argument);
}

static void drop_line(char *text, const char *beginning)
{
    char *line = strstr(text, beginning), *end = line ? strchr(line, '\n') : NULL;
    if (end)
        memmove(line, end + 1, strlen(end + 1) + 1);
}

/* No settings of the user's own: they could change what is shown. */
char *tshark_run(const char *pcap, const char *keys, const char *const arguments[])
{
    char command[COMMAND_BYTES] = "XDG_CONFIG_HOME=/nonexistent HOME=/nonexistent tshark -n "
                                  "-X lua_script:docs/wireshark/glassbox.lua -r",
         preference[1024], *text = NULL, *fault;
    size_t bytes = 0, got;
    char block[4096];
    FILE *output, *memory = open_memstream(&text, &bytes);
    append(command, pcap);
    if (keys) {
        snprintf(preference, sizeof(preference), "glassbox.keylog:%s", keys);
        append(command, "-o");
        append(command, preference);
    }
    for (size_t i = 0; arguments[i]; i++)
        append(command, arguments[i]);
    strcat(command, " 2>&1");
    output = popen(command, "r");
    if (!output || !memory)
        abort();
    while ((got = fread(block, 1, sizeof(block), output)) > 0)
        fwrite(block, 1, got, memory);
    fclose(memory);
    fault = strstr(text, "Lua Error");
    if (pclose(output) != 0 || fault) {
        fprintf(stderr, "%s\n%.2000s\n", command, fault ? fault : text);
        abort();
    }
    drop_line(text, "Running as user"); /* said to root */
    return text;
}

/* A field of the table, and no length, key or other thing that the dissector adds. */
static bool is_of_the_table(const char *name, size_t length)
{
    char path[64];
    for (int m = 0; m < WIRE_MESSAGES; m++)
        for (size_t f = 0; f < wire_layout((enum wire_message)m)->count; f++)
            if (strlen(tshark_field(path, (enum wire_message)m, f)) == length &&
                strncmp(path, name, length) == 0)
                return true;
    return false;
}

/* PDML: <field name="..." ... value="HEX"/>, a line each. */
char *tshark_fields(const char *pcap, const char *keys)
{
    static const char name_mark[] = "<field name=\"", value_mark[] = " value=\"";
    static const char *const pdml[] = {"-T", "pdml", NULL};
    char *text = tshark_run(pcap, keys, pdml), *fields = NULL, *save = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&fields, &bytes);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *name = strstr(line, name_mark), *value = strstr(line, value_mark);
        size_t name_length;
        if (!name || !value)
            continue;
        name += strlen(name_mark);
        value += strlen(value_mark);
        name_length = strcspn(name, "\"");
        if (is_of_the_table(name, name_length))
            fprintf(out, "%.*s %.*s\n", (int)name_length, name, (int)strcspn(value, "\""), value);
    }
    fclose(out);
    free(text);
    return fields;
}
