/*
 * Fuzzes the language of the chat: what a client sends to the server, in pieces; what a person
 * types; what a server sends. What is typed is a line that the server understands; what the server
 * says to others is a line that every client understands, and shows without a byte that commands a
 * terminal.
 *
 * Parser: chat/chat_line.c chat/input.c chat/render.c chat/session_lines.c
 */
#include "chat_line.h"
#include "fuzz.h"
#include "input.h"
#include "render.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>

static struct chat_server server;

static void nobody(struct room_member *member)
{
    (void)member;
}

static void check_typed(const char *text)
{
    static struct input input;
    struct chat_line line;
    input_read(&input, text);
    if (input.kind == INPUT_LINE || input.kind == INPUT_QUIT)
        fuzz_require(input.bytes > 1 && input.text[input.bytes - 1] == '\n' &&
                         !chat_line_read(&line, false, input.text, input.bytes - 1),
                     "what was typed is no line");
}

static void check_shown(const char *line, size_t bytes)
{
    static char shown[RENDER_BYTES], folded[2 * RENDER_BYTES];
    render_line(shown, line, bytes, false);
    for (const char *at = shown; *at; at++)
        fuzz_require((unsigned char)*at >= 0x20 && *at != 0x7f, "it commands the terminal");
    render_line(shown, line, bytes, true);
    render_fold(folded, sizeof(folded), shown, bytes % 100);
    fuzz_require(strlen(folded) < sizeof(folded), "no end");
}

/* All that the server has to say to this member is lines of the language. */
static void check_answers(const struct room_member *member)
{
    struct private_header {
        uint64_t place;
        size_t bytes;
    } header; /* as in room.c */
    for (size_t at = member->private_at; at < member->private_end; at += header.bytes) {
        struct chat_line line;
        const char *text = member->private_lines + at + sizeof(header);
        memcpy(&header, member->private_lines + at, sizeof(header));
        at += sizeof(header);
        fuzz_require(header.bytes > 1 && text[header.bytes - 1] == '\n' &&
                         !chat_line_read(&line, true, text, header.bytes - 1),
                     "the server says what is no line");
        check_shown(text, header.bytes - 1);
    }
}

/* In two pieces: the first ends anywhere. */
static void check_session(const char *text, size_t bytes, size_t first)
{
    struct session session = {.server = &server, .state = SESSION_TALKING, .name = "anna"};
    fuzz_require(roster_add(&server.roster, &session), "no memory");
    session_read_lines(&session, text, first);
    if (!session.quitting)
        session_read_lines(&session, text + first, bytes - first);
    check_answers(&session.member);
    roster_remove(&server.roster, &session);
    free(session.part);
    free(session.member.private_lines);
}

/* Its words as names in a list: one that is full says so, and stays within its room. */
static void check_names(char *text, size_t space)
{
    char list[UINT8_MAX + CHAT_NAMES_MORE_BYTES], *rest = text;
    size_t used = 0, before = 0;
    const char *name;
    while ((name = strtok_r(rest, " \t\r\n", &rest)) && chat_names_add(list, &used, space, name)) {
        fuzz_require(used <= space && used >= before + strlen(name) &&
                         memcmp(list + used - strlen(name), name, strlen(name)) == 0,
                     "the name is not the last of the list");
        before = used;
    }
    fuzz_require(!name || !chat_names_add(list, &used, space, "x"), "a full list takes more");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    char *text = fuzz_text(data, bytes);
    if (!server.room) {
        uv_loop_init(&server.base.loop);
        server.room = room_new(&server.base.loop, nobody);
    }
    check_typed(text);
    check_shown(text, bytes < CHAT_ANSWER_MAX ? bytes : CHAT_ANSWER_MAX);
    check_session(text, bytes, bytes > 0 ? data[0] % bytes : 0);
    check_names(text, bytes > 0 ? data[0] : 0);
    free(text);
    return 0;
}

FUZZ_MAIN("chat_lines", 20000);
