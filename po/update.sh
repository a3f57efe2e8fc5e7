#!/usr/bin/env bash
# The texts of the programs and their translations.
# Usage: po/update.sh            writes what xgettext finds in the sources into each po/LANGUAGE.po
#        po/update.sh --pot      prints what xgettext finds
#        po/update.sh --check    fails where a catalogue is not what the sources say, lacks a translation, or
#                                has one whose format is another
# Which functions take texts for people is said here, in KEYWORDS; see channel/text/translate.h.
set -euo pipefail
cd "$(dirname "$0")/.."
exec 2> >(grep -v 'should not contain\|Empty msgid\|returns the header\|meta information\|header field' >&2)

KEYWORDS='_ N_ translate translate_count:1,2
    task_say:2 console_dispatch:2 html_put:2 problem_set:2 problem_hint:2 problem_errno:2
    console_error:1 console_hint:1 console_warning:1 console_note:1 console_usage:2
    ARGUMENT:3 ARGUMENTS:4 SET:5 FLAG:5 NUMBER:6 TEXT:6 READ:6 READ_ALL:4
    report_step:2 report_detail:2 report_line:2 report_text:3 report_end:3 rsa_show_begin:5
    middle_say:2 middle_tell:3 rsa_finding_say:3 csv_place_fault:5 csv_table_fault:5 octets_fault:3 warn:2 hint:2 note:3 fail:2 walk_line:2 walk_heading:2 mlkem_line:2 mlkem_heading:2 walk_close:2 operation_command:3 walk_operation:4'
# How an option's value is named, a pass of its own: xgettext takes one text of a call.
VALUES='NUMBER:5 TEXT:5 READ:5 READ_ALL:3 report_text:2 report_number:2 report_bytes:2 middle_tell:2 operation_command:2 walk_operation:3'
# Tables of words of which every text counts, as the compiler sees them.
TABLES='channel/explain/explain_words.inc channel/protocol/step_table.c channel/protocol/wire_table.c
    channel/protocol/failure.c'
PARTS='channel keytool cipher chat ftp attack lesson'

pot=$(mktemp) && made=$(mktemp) || exit 2
trap 'rm -f "$pot" "$made"' EXIT

extract() { # keywords
    # shellcheck disable=SC2046,SC2086  # the lists are meant to be split into words
    git ls-files -co --exclude-standard -- $PARTS po | grep '\.\(c\|h\|inc\)$' | LC_ALL=C sort |
        xgettext --files-from=- --join-existing --output="$pot" --language=C --from-code=UTF-8 --add-location=file \
            --no-wrap --package-name=glassbox --keyword $(printf ' --keyword=%s' $1)
}

find_tables() {
    folders=$(find bignum_rsa key_agreement symcipher channel -type d -printf ' -I%p')
    for table in $TABLES; do
        # shellcheck disable=SC2086  # the list is meant to be split into words
        ${CC:-cc} -E -D_GNU_SOURCE $folders -x c - <"$table" | sed 's/^# .*//' | grep -v '^_Static_assert\|__isoc99' |
            xgettext --extract-all --join-existing --output="$pot" --language=C --from-code=UTF-8 --add-location=file \
                --no-wrap --package-name=glassbox -
    done
}

find_texts() {
    printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n' >"$pot"
    extract "$KEYWORDS"
    extract "$VALUES"
    find_tables
    sed -i '/^"POT-Creation-Date/d' "$pot"
}

complain() { # file, what
    echo "po: error: $1: $2" >&2
    echo "po: hint: run 'po/update.sh', and translate what is new in $1" >&2
    exit 1
}

[ "${1:-}" = --pot ] || po/library_texts.py "$@"
find_texts
if [ "${1:-}" = --pot ]; then
    cat "$pot"
    exit
fi
for po in po/*.po; do
    if [ "${1:-}" = --check ]; then
        msgfmt --check --output-file=/dev/null "$po"
        msgattrib --untranslated "$po" | grep -A3 '^msgid "[^"]' && complain "$po" "not translated"
        msgattrib --fuzzy "$po" | grep -A3 '^msgid "[^"]' && complain "$po" "fuzzy"
        msgmerge --quiet --no-fuzzy-matching --no-wrap --output-file="$made" "$po" "$pot"
        msgattrib --no-obsolete --no-wrap --output-file="$made" "$made"
        if ! diff "$po" "$made" >"$pot"; then
            grep '^[<>] msgid' "$pot" | head -20 >&2
            complain "$po" "not what is in the sources"
        fi
    else
        msgmerge --quiet --no-fuzzy-matching --no-wrap --output-file="$made" "$po" "$pot"
        msgattrib --no-obsolete --no-wrap --output-file="$po" "$made"
        msgfmt --statistics --output-file=/dev/null "$po"
    fi
done
