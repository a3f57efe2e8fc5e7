/*
 * Draws the dialogue of textbook and modern beside each other, step by step, as
 * docs/pictures/dialogue.svg: messages, directions and fields are those of the table of the wire
 * (wire.h), the steps and their titles those of the story (explain_text.h). `make docs` writes it;
 * tests/unit/docs_written.c fails if it is out of date.
 */
#include "explain_text.h"
#include "wire.h"

#include <stdio.h>
#include <string.h>

enum {
    PANEL = 470, /* width of one suite */
    GAP = 20,
    MARGIN = 20,
    CLIENT = 30, /* the two lifelines, in a panel */
    SERVER = 440,
    HEAD = 92,
    TITLE = 44,   /* height of a step's title */
    MESSAGE = 74, /* of a message */
    TEXT = 24,    /* from the lifeline to the words */
    LETTERS = 60, /* of fields in a row */
};

/* The rows of a step in each suite, WIRE_MESSAGES behind the last; inner ones are in a record. */
#define ROWS 3
struct step {
    enum explain_part part;
    const enum wire_message messages[2][ROWS];
    const char *note; /* where the textbook suite says nothing */
};
enum { TEXTBOOK, MODERN };
#define NO WIRE_MESSAGES
static const struct step steps[] = {
    {EXPLAIN_WHO,
     {{WIRE_CLIENT_HELLO, WIRE_SERVER_HELLO, NO}, {WIRE_CLIENT_HELLO, WIRE_SERVER_HELLO, NO}},
     NULL},
    {EXPLAIN_AGREE,
     {{NO, NO, NO}, {WIRE_CLIENT_EXCHANGE, WIRE_SERVER_EXCHANGE, NO}},
     "nothing is said: every record brings a key of its own"},
    {EXPLAIN_MOVE,
     {{WIRE_PORT, WIRE_CLIENT_RESUME, WIRE_SERVER_RESUME},
      {WIRE_PORT, WIRE_CLIENT_RESUME, WIRE_SERVER_RESUME}},
     NULL},
    {EXPLAIN_TALK, {{WIRE_DATA, NO, NO}, {WIRE_DATA, NO, NO}}, NULL},
    {EXPLAIN_END, {{WIRE_CLOSE, NO, NO}, {WIRE_CLOSE, NO, NO}}, NULL},
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static int rows(const struct step *step, int suite)
{
    int count = 0;
    while (count < ROWS && step->messages[suite][count] != NO)
        count++;
    return count;
}

static int height(const struct step *step)
{
    int most = rows(step, TEXTBOOK) > rows(step, MODERN) ? rows(step, TEXTBOOK)
                                                         : rows(step, MODERN);
    return TITLE + most * MESSAGE;
}

static void print_text(const char *text)
{
    for (; *text; text++)
        if (*text == '<')
            fputs("&lt;", stdout);
        else if (*text == '&')
            fputs("&amp;", stdout);
        else
            putchar(*text);
}

static void text_at(int x, int y, const char *class, const char *text)
{
    printf("<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
    print_text(text);
    printf("</text>\n");
}

/* A field that the textbook suite leaves empty. */
static bool is_left_out(const struct wire_field *field, int suite)
{
    return suite == TEXTBOOK && field->min == 0 && field->type != WIRE_REST &&
           field->type != WIRE_U8 && strcmp(field->name, "reason") != 0;
}

/* What the modern suites have in this field. */
static const char *in_modern_suites(const struct wire_layout *layout, size_t field)
{
    if (layout->frame == WIRE_FRAME_HELLO && field == HELLO_EPH)
        return " (1216, 1120 bytes; modern:x25519: 32; modern:rsa: n, e)";
    if (layout->frame == WIRE_FRAME_EXCHANGE && field == EXCHANGE_SECRET)
        return " (modern:rsa alone)";
    return "";
}

/* The names of the fields, in as many rows as they need. */
static void print_fields(int x, int y, const struct wire_layout *layout, int suite)
{
    char row[256] = "", name[64];
    for (size_t i = 0; i < layout->count; i++) {
        const struct wire_field *field = &layout->fields[i];
        if (is_left_out(field, suite) || (!layout->frame && i == INNER_TYPE))
            continue;
        snprintf(name, sizeof(name), "%s%s", field->name,
                 suite == MODERN ? in_modern_suites(layout, i) : "");
        if (strlen(row) + strlen(name) + 4 > LETTERS) {
            text_at(x, y, "field", row);
            row[0] = '\0';
            y += 14;
        }
        size_t used = strlen(row);
        snprintf(row + used, sizeof(row) - used, "%s%s", used > 0 ? " \xc2\xb7 " : "", name);
    }
    text_at(x, y, "field", row);
}

static void print_message(int left, int y, enum wire_message message, int suite)
{
    const struct wire_layout *layout = wire_layout(message);
    const bool back = strcmp(layout->direction, "S->C") == 0;
    const bool both = strcmp(layout->direction, "both") == 0;
    char name[96];
    snprintf(name, sizeof(name), "%s%s%s%s", layout->label, layout->label[0] ? "  " : "",
             layout->name, layout->frame ? "" : ", in a record");
    text_at(left + CLIENT + TEXT, y + 16, "name", name);
    printf("<path d=\"M%d %dH%d\" class=\"%s\" marker-end=\"url(#head)\"%s/>\n",
           left + (back ? SERVER - 3 : CLIENT + 3), y + 26, left + (back ? CLIENT + 5 : SERVER - 5),
           back ? "line server" : "line client", both ? " marker-start=\"url(#head)\"" : "");
    print_fields(left + CLIENT + TEXT, y + 42, layout, suite);
}

static void print_suite(int suite, int total)
{
    const int left = MARGIN + suite * (PANEL + GAP);
    int y = HEAD;
    text_at(left + CLIENT, 30, "suite",
            suite == MODERN ? "modern, modern:x25519, modern:rsa" : "textbook");
    text_at(left + CLIENT, 58, "party client", "client");
    printf("<text x=\"%d\" y=\"58\" class=\"party server\" text-anchor=\"end\">server</text>\n",
           left + SERVER);
    printf("<path d=\"M%d 66V%d\" class=\"life client\"/><path d=\"M%d 66V%d\" class=\"life "
           "server\"/>\n",
           left + CLIENT, total - MARGIN, left + SERVER, total - MARGIN);
    for (size_t i = 0; i < STEPS; i++) {
        for (int row = 0; row < rows(&steps[i], suite); row++)
            print_message(left, y + TITLE + row * MESSAGE, steps[i].messages[suite][row], suite);
        if (rows(&steps[i], suite) == 0)
            text_at(left + CLIENT + TEXT, y + TITLE + 30, "field", steps[i].note);
        y += height(&steps[i]);
    }
}

static void print_steps(void)
{
    int y = HEAD, number = 1;
    for (size_t i = 0; i < STEPS; i++) {
        char title[128];
        printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"28\" rx=\"6\" class=\"step\"/>\n",
               MARGIN, y + 4, 2 * PANEL + GAP);
        snprintf(title, sizeof(title), "%d  %s", number++, explain_part_title(steps[i].part));
        text_at(MARGIN + 14, y + 23, "title", title);
        y += height(&steps[i]);
    }
}

int main(void)
{
    int total = HEAD + MARGIN, width = 2 * (MARGIN + PANEL) + GAP;
    for (size_t i = 0; i < STEPS; i++)
        total += height(&steps[i]);
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
           "aria-label=\"The dialogue of textbook and modern, step beside step\">\n"
           "<style>\n"
           "svg { background: #fcfbf8; font-family: system-ui, sans-serif; }\n"
           "text { fill: #1c1b19; } .suite { font-size: 20px; font-weight: 700; }\n"
           ".party { font-size: 14px; font-weight: 600; } .title { font-size: 15px; font-weight: "
           "600; }\n"
           ".name { font-size: 14px; } .field { font-size: 11.5px; fill: #57534c; }\n"
           ".step { fill: #efece4; } .life { stroke-width: 3; } .line { stroke-width: 1.8; fill: "
           "none; }\n"
           "path.client { stroke: #0b5a8a; } path.server { stroke: #8a4208; }\n"
           "text.client { fill: #0b5a8a; } text.server { fill: #8a4208; }\n"
           "marker path { fill: context-stroke; }\n"
           "</style>\n"
           "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
           "markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 "
           "8z\"/></marker></defs>\n"
           "<rect width=\"100%%\" height=\"100%%\" fill=\"#fcfbf8\"/>\n",
           width, total);
    for (int suite = TEXTBOOK; suite <= MODERN; suite++)
        print_suite(suite, total);
    print_steps();
    printf("</svg>\n");
    return 0;
}
