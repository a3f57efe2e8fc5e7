/*
 * Prints the tables of docs/protocol.md from the tables of the code:
 *
 *     wire_doc wire      every message and its fields
 *     wire_doc suites    the numbers of the suites, and their ciphers
 *     wire_doc steps     what happens between the messages
 *     wire_doc states    which frame may come when
 *     wire_doc alerts    the codes of alert and close messages
 *     wire_doc labels    under which label a private key does what
 *
 * `make docs` puts them between the page's markers; tests/unit/docs_protocol.c compares them.
 */
#include "engine.h"
#include "field_reasons.h"
#include "key_labels.h"

#include <stdio.h>
#include <string.h>

static const char *const frame_names[] = {"", "hello", "exchange", "record", "resume", "alert"};

static void print_bounds(const struct wire_field *field)
{
    bool number = wire_is_number(field);
    printf("%s | ", wire_type_name(field->type));
    if (field->min == field->max)
        printf("%s%u", number ? "= " : "", field->max);
    else
        printf("%u .. %u", field->min, field->max);
    printf("%s", number ? "" : " bytes");
}

/* A cell of a Markdown table: its bars must not end it. */
static void print_cell(const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            putchar('\\');
        putchar(*text);
    }
}

static void print_message(enum wire_message message)
{
    const struct wire_layout *layout = wire_layout(message);
    const char *direction = strcmp(layout->direction, "both") == 0 ? "either way"
                                                                   : layout->direction;
    printf("#### %s%s%s\n\n", layout->label, layout->label[0] ? ": " : "", layout->name);
    if (layout->frame == WIRE_KEY_SHARE)
        printf("%s, inside the field eph: ", direction);
    else if (layout->frame)
        printf("%s, frame type %u (%s): ", direction, layout->frame, frame_names[layout->frame]);
    else
        printf("%s, inside a record: ", direction);
    print_cell(layout->meaning);
    printf(".\n\n| field | type | bounds | meaning | why |\n"
           "| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < layout->count; i++) {
        printf("| %s | ", layout->fields[i].name);
        print_bounds(&layout->fields[i]);
        printf(" | ");
        print_cell(layout->fields[i].meaning);
        printf(" | ");
        print_cell(field_reason(message, i));
        printf(" |\n");
    }
    printf("\n");
}

static void print_wire(void)
{
    for (int m = 0; m < WIRE_MESSAGES; m++)
        print_message((enum wire_message)m);
}

static void print_values(const struct step_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%s%s", i > 0 ? ", " : " ", values[i].name,
               values[i].secrecy == TRACE_SECRET ? " (secret)" : "");
    printf(" |");
}

static void print_steps(void)
{
    printf("| step | formula | by | whose | in | out |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (int i = 0; i < CHANNEL_STEPS; i++) {
        const struct step_row *row = step_row((enum channel_step)i);
        printf("| %s | ", row->name);
        print_cell(row->formula);
        printf(" | %s | %s |", row->section, row->whose);
        print_values(row->values, row->inputs);
        print_values(row->values + row->inputs, row->outputs);
        printf("\n");
    }
}

static void print_suites(void)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    struct channel_suite suite;
    printf("| suite | name | cipher | bytes of its key |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; channel_suite_at(&suite, i); i++) {
        const struct sym_cipher *cipher = suite.cipher ? sym_cipher_find(suite.cipher) : NULL;
        printf("| 0x%04x | %s | %s | %zu |\n", channel_suite_number(suite),
               channel_suite_text(text, suite),
               cipher ? sym_cipher_summary(cipher) : "ChaCha20-Poly1305",
               cipher ? sym_cipher_key_bytes(cipher) : (size_t)SYM_AEAD_KEY_BYTES);
    }
}

static void print_states(void)
{
    static const char *const names[] = {
        [STATE_LOCAL] = "its own turn",
        [STATE_WAIT_CLIENT_HELLO] = "server: before M1",
        [STATE_WAIT_SERVER_HELLO] = "client: before M2",
        [STATE_WAIT_CLIENT_EXCHANGE] = "server: before M3",
        [STATE_WAIT_SERVER_EXCHANGE] = "client: before M4",
        [STATE_WAIT_CLIENT_RESUME] = "server, new port: before R1",
        [STATE_WAIT_SERVER_RESUME] = "client, new port: before R2",
        [STATE_OPEN] = "open",
    };
    size_t rows;
    const struct dialogue *dialogue = handshake_dialogue(&rows);
    printf("| state | frame that may come | suites |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < rows; i++)
        printf("| %s | %s | %s |\n", names[dialogue[i].state], frame_names[dialogue[i].frame],
               dialogue[i].unproven_only ? "dh, textbook" : "all");
}

static void print_alerts(void)
{
    printf("| code | meaning |\n| --- | --- |\n");
    for (unsigned code = 1; code < 256; code++) {
        enum channel_error error = channel_alert_error((uint8_t)code);
        if (channel_alert_code(error) == code)
            printf("| %u | %s |\n", code, channel_strerror(error));
    }
}

static void print_labels(void)
{
    printf("| label | who uses a private key how | for what |\n| --- | --- | --- |\n");
    for (int i = 0; i < KEY_LABELS; i++) {
        const struct key_label_row *row = key_label_row((enum key_label)i);
        printf("| `%s` | %s | ", row->text, row->use);
        print_cell(row->what);
        printf(" |\n");
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } tables[] = {{"wire", print_wire},     {"suites", print_suites}, {"steps", print_steps},
                  {"states", print_states}, {"alerts", print_alerts}, {"labels", print_labels}};
    for (size_t i = 0; argc == 2 && i < sizeof(tables) / sizeof(tables[0]); i++)
        if (strcmp(argv[1], tables[i].name) == 0) {
            tables[i].print();
            return 0;
        }
    fprintf(stderr,
            "wire_doc: error: which table? wire, suites, steps, states, alerts or labels\n");
    return 2;
}
