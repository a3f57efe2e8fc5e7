/*
 * The registry of labels: no label is another's, or the beginning of another's, and all are refused
 * where a message is signed without one.
 */
#include "key_labels.h"

#include <criterion/criterion.h>
#include <string.h>

Test(key_labels, each_use_has_its_own)
{
    for (int i = 0; i < KEY_LABELS; i++) {
        const char *text = key_label_text((enum key_label)i);
        cr_expect_gt(strlen(text), 0u);
        for (int j = 0; j < KEY_LABELS; j++)
            cr_expect(i == j || strncmp(text, key_label_text((enum key_label)j), strlen(text)) != 0,
                      "%s", text);
    }
}

Test(key_labels, each_is_known_by_its_stem_alone)
{
    for (int i = 0; i < KEY_LABELS; i++) {
        const char *text = key_label_text((enum key_label)i);
        const char *version = text + strcspn(text, "0123456789") - 1;
        cr_assert_eq(*version, 'v', "%s", text);
        cr_expect(key_label_begins(text, strlen(text)), "%s", text);
        cr_expect(key_label_begins(text, (size_t)(version - text) + 1), "%s", text);
        cr_expect_not(key_label_begins(text, (size_t)(version - text)), "%s", text);
    }
    cr_expect_not(key_label_begins("", 0));
    cr_expect_not(key_label_begins("glassbox is a toolkit", 21));
    cr_expect_not(key_label_begins(" glassbox-v2 client exchange", 28));
}
