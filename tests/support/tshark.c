/* tshark as a child process: see tshark.h. */
#include "tshark.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_BYTES 16384

char *tshark_field(char path[64], enum wire_message message, size_t field)
{
    const struct wire_layout *layout = wire_layout(message);
    char *at = path;
    snprintf(path, 64, "glassbox.%s.%s", layout->name, layout->fields[field].name);
    for (const char *from = path; *from; from++)
        if (*from != '\'')
            *at++ = *from == ' ' ? '_' : (char)tolower((unsigned char)*from);
    *at = '\0';
    return path;
}

/* tshark reads copies in a folder of its own, which is its HOME, too: settings of the user's own
 * could change what is shown. Run by root it runs as nobody: Wireshark runs no Lua as root. */
static const char prepare[] = "d=$(mktemp -d) && chmod 755 $d && install -m 644 "
                              "docs/wireshark/glassbox.lua $d/ && install -m 644 ";
static const char as_nobody[] = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
static const char start[] =
    "env -u XDG_CONFIG_HOME HOME=$d tshark -n -X lua_script:$d/glassbox.lua -r $d/talk.pcap";
static const char clean_up[] = " 2>&1; status=$?; rm -r $d; exit $status";

static void append(char command[COMMAND_BYTES], const char *text)
{
    if (strlen(command) + strlen(text) >= COMMAND_BYTES)
        abort();
    strcat(command, text);
}

static void quote(char command[COMMAND_BYTES], const char *argument)
{
    if (strchr(argument, '\''))
        abort();
    append(command, " '");
    append(command, argument);
    append(command, "'");
}

static void write_command(char command[COMMAND_BYTES], const char *pcap, const char *keys,
                          const char *const arguments[])
{
    command[0] = '\0';
    append(command, prepare);
    quote(command, pcap);
    append(command, " $d/talk.pcap && ");
    if (keys && access(keys, F_OK) == 0) { /* it may not be there yet */
        append(command, "install -m 644 ");
        quote(command, keys);
        append(command, " $d/keys.log && ");
    }
    if (geteuid() == 0)
        append(command, as_nobody);
    append(command, start);
    if (keys)
        append(command, " -o glassbox.keylog:$d/keys.log");
    for (size_t i = 0; arguments[i]; i++)
        quote(command, arguments[i]);
    append(command, clean_up);
}

char *tshark_run(const char *pcap, const char *keys, const char *const arguments[])
{
    char command[COMMAND_BYTES], block[4096], *text = NULL, *fault;
    size_t bytes = 0, got;
    FILE *output, *memory = open_memstream(&text, &bytes);
    write_command(command, pcap, keys, arguments);
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
