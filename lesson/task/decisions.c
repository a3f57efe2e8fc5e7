/*
 * Many small questions in one answer; see decisions.h.
 */
#include "decisions.h"

static void pack(uint8_t out[DECISIONS / 8], const bool yes[DECISIONS])
{
    for (size_t i = 0; i < DECISIONS / 8; i++)
        out[i] = 0;
    for (size_t i = 0; i < DECISIONS; i++)
        out[i / 8] |= (uint8_t)(yes[i] << (7 - i % 8));
}

void task_mistake_decisions(struct task *task, const bool yes[DECISIONS], const char *sentence)
{
    uint8_t packed[DECISIONS / 8];
    pack(packed, yes);
    task_mistake_bytes(task, packed, sizeof(packed), sentence);
}

void task_answer_decisions(struct task *task, const bool yes[DECISIONS])
{
    uint8_t packed[DECISIONS / 8];
    bool backwards[DECISIONS], exchanged[DECISIONS];
    for (size_t i = 0; i < DECISIONS; i++) {
        backwards[DECISIONS - 1 - i] = yes[i];
        exchanged[i] = !yes[i];
    }
    pack(packed, yes);
    task_answer_bytes(task, DECISIONS, packed, sizeof(packed));
    task_mistake_decisions(task, backwards,
                           N_("You began with the last row. The first digit is that of row 1."));
    task_mistake_decisions(task, exchanged, N_("Yes and no are exchanged."));
}

void task_say_decisions(struct task *task)
{
    task_say(task,
             "Write the %d digits one behind the other, row 1 first. The answer is that "
             "number of the base 2, as hexadecimal. This computes it from your digits:",
             DECISIONS);
    task_show(task, "python3 -c 'print(\"%%0%dx\" %% int(input(), 2))'", DECISIONS / 4);
}
