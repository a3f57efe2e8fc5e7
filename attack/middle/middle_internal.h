/*
 * The inside of the middle: middle.c (the person), middle_link.c (two lines, and what is under way
 * between them), middle_split.c (the middle's own two engines), middle_forge.c (records that nobody
 * sent), middle_hello.c (keys in a hello), middle_act.c (what is done to a frame), middle_command.c
 * and middle_script.c (what is typed), middle_tell.c (what is shown).
 */
#ifndef GLASSBOX_MIDDLE_INTERNAL_H
#define GLASSBOX_MIDDLE_INTERNAL_H

#include "buffer.h"
#include "dh.h"
#include "middle.h"
#include "trace.h"

#define MIDDLE_FLIPS 8
#define MIDDLE_RULES 8
#define MIDDLE_ACTS  32 /* that wait for their frame */
#define RULE_BYTES   200
#define MIDDLE_ROWS  2000 /* of the page */

/* What is known of what a frame holds. */
enum middle_content {
    CONTENT_CLEAR,  /* a message of the handshake, as it is on the line */
    CONTENT_SEALED, /* a record that cannot be read */
    CONTENT_DATA,   /* a record, or a line of FTP: its text is there */
    CONTENT_PORT,   /* a record that names a port */
    CONTENT_CLOSE,  /* the end */
    CONTENT_SERVED, /* an engine of the middle has answered it: nothing to hand on */
    CONTENT_BYTES,  /* nothing of this protocol */
};

/* Which frames an act or a wait means. */
struct middle_which {
    int from;              /* enum channel_role; -1: either */
    uint8_t type;          /* enum wire_frame; 0: any */
    unsigned nth;          /* of those that match, from 1: counted down */
    char text[RULE_BYTES]; /* that it must hold, ""; then it can be read */
};

enum middle_act_kind { ACT_DROP, ACT_REPEAT, ACT_SWAP, ACT_FLIP, ACT_KEYS, ACT_KEEP, ACT_KINDS };

struct middle_act {
    enum middle_act_kind kind;
    struct middle_which which;
    uint32_t byte;
    unsigned bit;
};

/* s/from/to/ */
struct middle_rule {
    int role; /* enum channel_role, of who says it; -1: either */
    char from[RULE_BYTES], to[RULE_BYTES];
};

/* What has become of a frame, for the page; of a deed without one the frame is 0. */
struct middle_row {
    unsigned frame, link;
    enum channel_role from;
    char came[200], left[200]; /* what it is; "": nothing */
    bool served;               /* nothing of it leaves: an engine of the middle answers */
    char *deeds;               /* lines */
    bool changed;              /* since the page that grows has taken it */
};

/* A frame under way. */
struct middle_frame {
    struct middle_frame *next;
    unsigned number;
    size_t row; /* of the page */
    enum channel_role from;
    uint8_t type; /* enum wire_frame; 0: a line or bytes */
    enum middle_content content;
    struct buffer bytes; /* as they are on the line */
    struct buffer text;  /* CONTENT_DATA */
    unsigned times;      /* it leaves: 1; 0: not at all */
    bool swaps;          /* goes behind the next one */
    bool caught;         /* a wait has stopped it */
    bool keep;           /* a copy of what leaves */
    bool released;       /* by pass, though all else is held */
    struct {
        uint32_t byte;
        unsigned bit;
    } flips[MIDDLE_FLIPS];
    size_t flip_count;
    unsigned generation;           /* of the keys it came under */
    struct channel_ticket *ticket; /* CONTENT_PORT */
    enum channel_error error;      /* CONTENT_CLOSE: CHANNEL_OK is a good end */
    char reason[160];
};

/* One of the two lines of a link. */
struct middle_side {
    struct buffer in, out;
    bool in_ended, out_ended;
    bool plain;                 /* lines of FTP, until the channel begins */
    bool raw;                   /* nothing of this protocol came: bytes are handed on */
    struct middle_frame *queue; /* that came from here, the oldest first */
    size_t queued_bytes;
    struct channel *engine; /* the middle's end of this line; NULL: none */
    bool said_hello;        /* the engine has */
    unsigned re_keyed;      /* how often the engine was asked to */
};

enum middle_mode {
    MODE_UNKNOWN, /* nothing has come */
    MODE_WATCH,   /* frames pass as they are */
    MODE_SPLIT,   /* an engine at each side */
    MODE_ALONE,   /* an engine at the client's side, and nobody behind */
};

struct middle_link {
    struct middle *middle;
    struct middle_link *next;
    unsigned number;
    enum middle_mode mode;
    struct channel_suite suite;
    struct middle_side sides[2]; /* by enum channel_role: whose line */
    struct dh_group *group;      /* of the client's hello */
    struct middle_move *move;    /* while it begins */
    bool was_plain;
    bool in_advance;
};

struct middle_move {
    struct channel_suite suite;
    uint16_t port;                     /* the server's; 0: alone */
    struct channel_ticket *tickets[2]; /* by enum channel_role: for that side's line */
};

/* Hears the middle's engines, keeps what proves, and hands on. */
struct middle_sink {
    struct channel_trace trace;
    const struct channel_trace *next;
    struct middle *middle;
    unsigned channels;
};

struct middle {
    struct middle_config config;
    struct middle_sink sinks[2]; /* by enum channel_role: whose line */
    struct middle_link *links;   /* the newest first */
    unsigned link_count, frame_count;
    struct middle_result result;
    bool hold, quit;
    uint16_t next_port; /* 0: any */
    struct middle_act acts[MIDDLE_ACTS];
    size_t act_count;
    struct middle_rule rules[MIDDLE_RULES];
    size_t rule_count;
    struct rsa_key *own;        /* shown to nobody: of the engines in dh */
    struct rsa_key *pretend[2]; /* shown to this end; NULL: the other end's key is copied (dh) */
    struct rsa_key *forge[2];   /* pairs as large as the key of this end */
    struct rsa_key **retired;   /* shown no more, but engines may have them still */
    size_t retired_count;
    struct buffer hellos[2];    /* the last that came from this end */
    struct channel_suite suite; /* of the last hello */
    struct buffer kept;         /* a frame of `keep`, as it left, for `replay` */
    enum channel_role kept_from;
    char *script; /* what is left of it */
    size_t script_at;
    bool waiting;
    bool rehearses; /* commands are only read: nothing is connected, held or kept yet */
    struct middle_which wait;
    char *proof;
    struct middle_row *rows; /* MIDDLE_ROWS of them, from the first frame on */
    size_t row_count, row;   /* row: which is being worked on */
    size_t first_changed;    /* no row before it has changed */
};

/* The other end: whom it goes to. */
static inline enum channel_role middle_other(enum channel_role role)
{
    return role == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT;
}

/* --- middle.c --- */
const struct channel_trace *middle_sink(struct middle *middle, enum channel_role side,
                                        struct channel_suite suite);
/* Keeps a key that is shown no more until the end. */
void middle_retire(struct middle *middle, struct rsa_key *key);
/* What this end is shown; NULL: nothing that the middle owns. */
const struct rsa_key *middle_shown_key(const struct middle *middle, enum channel_role to);
/* The pair of the engines where the key that is shown is copied; NULL: it cannot be made. */
const struct rsa_key *middle_own_key(struct middle *middle);

/* --- middle_tell.c --- */
void middle_say(struct middle *middle, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The frame that has come, and what can be read of it. */
void middle_tell_frame(struct middle *middle, const struct middle_frame *frame);
/* "     changed  say meet at nine" */
void middle_tell(struct middle *middle, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Text of a stranger, short, printable, in quotes. */
#define MIDDLE_QUOTE_BYTES 160
const char *middle_quote(char out[MIDDLE_QUOTE_BYTES], const void *text, size_t bytes);
const char *middle_role_name(enum channel_role role);
const char *middle_type_name(uint8_t type);

/* --- middle_page.c --- */
/* A frame has come: its row is the one that is worked on. */
void middle_row_begin(struct middle *middle, struct middle_frame *frame, unsigned link);
void middle_row_deed(struct middle *middle, const char *word, const char *text);
/* Of the frame, what has left. */
void middle_row_left(struct middle *middle, const struct middle_frame *frame, size_t bytes);
void middle_rows_free(struct middle *middle);

/* --- middle_link.c --- */
void middle_frame_free(struct middle_frame *frame);
/* Goes on as far as it can. */
void middle_link_advance(struct middle_link *link);
/* What stands in for nothing: bytes for this end. */
void middle_link_put(struct middle_link *link, enum channel_role to, const void *data,
                     size_t bytes);
/* The whole frame, flipped and repeated as it is asked, to the other end. */
void middle_link_send(struct middle_link *link, const struct middle_frame *frame, uint8_t *bytes,
                      size_t count);

/* --- middle_split.c --- */
/* The client's hello has come, the suite is known. False: not in this way. */
bool middle_split_start(struct middle_link *link, const struct middle_frame *hello);
bool middle_split_resume(struct middle_link *link);
/* Feeds a frame to the engine of its line; what it holds is in the frame then. */
void middle_split_take(struct middle_link *link, struct middle_frame *frame);
/* False: not yet. */
bool middle_split_deliver(struct middle_link *link, struct middle_frame *frame);
/* All that the engines can do by themselves. True: something has moved. */
bool middle_split_run(struct middle_link *link);
void middle_split_cut(struct middle_link *link, enum channel_role from);

/* --- middle_hello.c --- */
/* The suite that a client's hello offers first, and the kind of its share. */
bool middle_hello_suite(struct channel_suite *suite, const struct middle_frame *hello);
/* The same frame with another identity key, in a new buffer. */
bool middle_hello_identity(struct buffer *out, enum channel_role from, const uint8_t *frame,
                           size_t bytes, const struct rsa_key *key);
/* A hello of the handshake whose key share becomes the middle's own; in textbook, which has none, the
 * identity key. */
bool middle_hello_swap(struct middle_link *link, struct middle_frame *hello);
struct dh_group *middle_hello_group(const struct middle_frame *hello);
/* Of a hello; NULL if it is none. */
struct rsa_key *middle_hello_key(enum channel_role from, const uint8_t *frame, size_t bytes);

/* --- middle_forge.c --- */
/* Records to this end, in the other's name. The problem says why not. */
bool middle_forge_say(struct middle_link *link, enum channel_role to, const char *text,
                      size_t bytes, struct problem *problem);
/* In place of the record that the server sent; wanted: 0 is any. */
bool middle_forge_port(struct middle_link *link, uint16_t wanted);
/* Its random bytes: 0 ... 0 1 */
extern const struct rsa_random middle_ones;

/* --- middle_act.c --- */
bool middle_which_read(struct middle_which *which, char *words, uint8_t type,
                       struct problem *problem);
bool middle_which_fits(struct middle_which *which, const struct middle_frame *frame);
/* Acts that waited for this one. */
void middle_act_apply(struct middle_link *link, struct middle_frame *frame);
/* To a frame that is held, or to the next that fits. */
bool middle_act_add(struct middle *middle, const struct middle_act *act, struct problem *problem);
/* The oldest frame that is held; NULL. */
struct middle_frame *middle_held(struct middle *middle, struct middle_link **link);
bool middle_is_held(const struct middle *middle, const struct middle_frame *frame);
/* The rules, on what can be read. True: it is another text now. */
bool middle_edit(struct middle *middle, struct middle_frame *frame);

/* --- middle_script.c --- */
void middle_script_frame(struct middle *middle, struct middle_frame *frame);
void middle_release_caught(struct middle *middle);
void middle_advance_all(struct middle *middle);

#endif
