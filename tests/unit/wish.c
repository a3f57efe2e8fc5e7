/*
 * The frame of a wished name: what is written is read, and nothing else is.
 */
#include "wish.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

Test(wish, what_is_written_is_read)
{
    static const char *const names[] = {"a", "anna", "Борис", ""};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        uint8_t frame[WISH_FRAME_BYTES];
        char name[WISH_BYTES + 1];
        size_t bytes = wish_put(frame, names[i]);
        cr_assert(wish_get(name, frame, bytes), "%s", names[i]);
        cr_expect_str_eq(name, names[i]);
        for (size_t cut = 0; cut < bytes; cut++)
            cr_expect_not(wish_get(name, frame, cut), "%s, cut to %zu bytes", names[i], cut);
        frame[bytes] = 0;
        cr_expect_not(wish_get(name, frame, bytes + 1), "%s, and a byte more", names[i]);
    }
}

/* By hand, as docs/protocol.md has it: frame 5, three bytes of length, code 8, two bytes of length. */
Test(wish, the_bytes_are_those_of_an_alert)
{
    static const uint8_t want[] = {5, 0, 0, 7, 8, 0, 4, 'a', 'n', 'n', 'a'};
    uint8_t frame[WISH_FRAME_BYTES];
    cr_assert_eq(wish_put(frame, "anna"), sizeof(want));
    cr_expect_eq(memcmp(frame, want, sizeof(want)), 0);
}

Test(wish, other_frames_are_none)
{
    static const struct {
        const char *what;
        uint8_t bytes[12];
    } wrong[] = {
        {"another frame", {1, 0, 0, 7, 8, 0, 4, 'a', 'n', 'n', 'a'}},
        {"another code", {5, 0, 0, 7, 9, 0, 4, 'a', 'n', 'n', 'a'}},
        {"a frame that says it is longer", {5, 0, 0, 8, 8, 0, 4, 'a', 'n', 'n', 'a'}},
        {"a text that says it is longer", {5, 0, 0, 7, 8, 0, 5, 'a', 'n', 'n', 'a'}},
        {"a text that says it is shorter", {5, 0, 0, 7, 8, 0, 3, 'a', 'n', 'n', 'a'}},
        {"a byte 0 in it", {5, 0, 0, 7, 8, 0, 4, 'a', 0, 'n', 'a'}},
    };
    char name[WISH_BYTES + 1];
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_expect_not(wish_get(name, wrong[i].bytes, 11), "%s", wrong[i].what);
}

Test(wish, its_length_is_bounded)
{
    static char long_name[10001];
    uint8_t frame[WISH_FRAME_BYTES];
    char name[WISH_BYTES + 1];
    memset(long_name, 'a', sizeof(long_name) - 1);
    cr_expect_eq(wish_put(frame, long_name), 0);
    long_name[WISH_BYTES + 1] = '\0';
    cr_expect_eq(wish_put(frame, long_name), 0);
    long_name[WISH_BYTES] = '\0';
    cr_assert_eq(wish_put(frame, long_name), sizeof(frame));
    cr_expect(wish_get(name, frame, sizeof(frame)));
    frame[2] = 0, frame[3] = 204,
    frame[6] = 201; /* one byte more than an alert's reason may have */
    cr_expect_not(wish_get(name, (uint8_t[WISH_FRAME_BYTES + 1]){5, 0, 0, 204, 8, 0, 201},
                           WISH_FRAME_BYTES + 1));
}

/* Nobody asked, or nobody is there: nothing is sent, and no signal comes. */
Test(wish, a_channel_that_was_not_refused_says_nothing)
{
    struct rsa_key *key;
    struct channel *channel;
    char byte;
    int pair[2];
    cr_assert_eq(rsa_key_generate(&key, 512, NULL, NULL), RSA_OK);
    const struct channel_config config = {
        .role = CHANNEL_CLIENT, .identity = key, .suite = {CHANNEL_TEXTBOOK, "caesar"}};
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    wish_leave(pair[0], channel, "anna");
    cr_expect_eq(read(pair[1], &byte, 1), -1);
    channel_free(channel);
    rsa_key_free(key);
    close(pair[0]);
    close(pair[1]);
}
