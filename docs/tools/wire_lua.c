/*
 * Writes the Wireshark dissector: the tables of the wire as Lua, then the parts that were written
 * by hand, which hold no knowledge of any field.
 *
 *     wire_lua PART.lua... >docs/wireshark/glassbox.lua
 *
 * `make docs` does that; tests/unit/docs_written.c fails if the file is another.
 */
#include "engine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A name as Wireshark's filters take it: "id n" is id_n, "r'" is r. */
static void print_abbreviation(const char *name)
{
    for (; *name; name++)
        if (*name == ' ' || *name == '-')
            putchar('_');
        else if (isalnum((unsigned char)*name) || *name == '_')
            putchar(tolower((unsigned char)*name));
}

static void print_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_field(const struct wire_field *field)
{
    static const char *const types[] = {
        [WIRE_U8] = "u8",   [WIRE_U16] = "u16",     [WIRE_FIXED] = "fixed",
        [WIRE_STR] = "str", [WIRE_MPINT] = "mpint", [WIRE_REST] = "rest"};
    printf("        { abbreviation = \"");
    print_abbreviation(field->name);
    printf("\", name = ");
    print_text(field->name);
    printf(", type = \"%s\", min = %u, max = %u,\n          meaning = ", types[field->type],
           field->min, field->max);
    print_text(field->meaning);
    printf(" },\n");
}

static void print_message(const struct wire_layout *layout)
{
    printf("    { abbreviation = \"");
    print_abbreviation(layout->name);
    printf("\", name = \"%s\", label = \"%s\", direction = \"%s\", frame = %u,\n      meaning = ",
           layout->name, layout->label, layout->direction, layout->frame);
    print_text(layout->meaning);
    printf(",\n      fields = {\n");
    for (size_t i = 0; i < layout->count; i++)
        print_field(&layout->fields[i]);
    printf("      } },\n");
}

static void print_messages(void)
{
    printf("-- Every message; frame 0: inside a record; 255: inside the field eph.\nlocal MESSAGES "
           "= {\n");
    for (int m = 0; m < WIRE_MESSAGES; m++)
        print_message(wire_layout((enum wire_message)m));
    printf("}\n\n");
}

static void print_frames(void)
{
    static const char *const names[] = {"", "hello", "exchange", "record", "resume", "alert"};
    printf("-- Frames by type, and the most their bodies may hold.\nlocal FRAMES = {\n");
    for (uint8_t type = WIRE_FRAME_HELLO; type <= WIRE_FRAME_ALERT; type++)
        printf("    [%u] = { name = \"%s\", most = %zu },\n", type, names[type],
               wire_frame_max(type));
    printf("}\n\n");
}

static void print_share(const char *whose, struct channel_suite suite, enum channel_role role)
{
    const enum wire_message share = channel_suite_share(suite, role);
    if (share == WIRE_MESSAGES)
        return;
    printf(", %s_share = \"", whose);
    print_abbreviation(wire_layout(share)->name);
    printf("\"");
}

/* record: the message that a record is; the shares: those that `eph` holds. */
static void print_suites(void)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    struct channel_suite suite;
    printf("-- Suites by number; cipher is nil in the modern ones.\nlocal SUITES = {\n");
    for (size_t i = 0; channel_suite_at(&suite, i); i++) {
        printf("    [%u] = { name = \"%s\", record = \"", channel_suite_number(suite),
               channel_suite_text(text, suite));
        print_abbreviation(wire_layout(suite_row(suite)->record)->name);
        printf("\"");
        print_share("client", suite, CHANNEL_CLIENT);
        print_share("server", suite, CHANNEL_SERVER);
        if (suite.cipher)
            printf(", cipher = \"%s\"", suite.cipher);
        printf(" },\n");
    }
    printf("}\nlocal DEFAULT_SUITE = %d\nlocal VERSION = %d\n\n", WIRE_SUITE_MODERN, WIRE_VERSION);
}

static void print_alerts(void)
{
    printf("-- The codes of alert and close messages.\nlocal ALERTS = {\n"
           "    [0] = \"a good end\",\n");
    for (unsigned code = 1; code < 256; code++) {
        enum channel_error error = channel_alert_error((uint8_t)code);
        if (channel_alert_code(error) == code)
            printf("    [%u] = \"%s\",\n", code, channel_strerror(error));
    }
    printf("}\n");
}

static bool copy_part(const char *path)
{
    char block[4096];
    size_t bytes;
    FILE *part = fopen(path, "r");
    bool good = part != NULL;
    while (good && (bytes = fread(block, 1, sizeof(block), part)) > 0)
        fwrite(block, 1, bytes, stdout);
    good = good && !ferror(part);
    if (!good)
        perror(path);
    if (part)
        fclose(part);
    return good;
}

int main(int argc, char **argv)
{
    printf(
        "-- Glassbox for Wireshark and tshark: docs/wireshark.md says how to use it.\n"
        "-- Written by docs/tools/wire_lua.c (`make docs`) from the table of the wire: change it "
        "there.\n"
        "-- SPDX-License-Identifier: MIT\n\n"
        "-- === tables of the wire (docs/protocol.md) "
        "======================================================\n\n");
    printf("local DEFAULT_PORTS = \"%u,%u\" -- the rendezvous of the chat, and of FTP\n\n",
           CHANNEL_PORT, 2121);
    print_frames();
    print_suites();
    print_alerts();
    printf("\n");
    print_messages();
    for (int i = 1; i < argc; i++)
        if (!copy_part(argv[i]))
            return 1;
    return fflush(stdout) ? 1 : 0;
}
