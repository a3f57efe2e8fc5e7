/*
 * The shell as users of lftp, sftp and old ftp programs type it.
 */
#include "ftp_script.h"

#include <criterion/criterion.h>

TestSuite(ftp_client_typed, .timeout = 120);

/* What a folder holds; .hidden shows to who asks for it. */
#define FILES                                                                                      \
    "mkdir -p \"$S\"; printf 12345 >\"$S/b.txt\"; printf 1 >\"$S/a.txt\"; truncate -s 3M "         \
    "\"$S/big\"; "                                                                                 \
    "touch \"$S/.hidden\"; touch -d '2001-02-03 04:05' \"$S/a.txt\"; mkdir -p \"$S/sub/deep\"; "   \
    "printf x >\"$S/sub/deep/file\"; "

Test(ftp_client_typed, ls_takes_its_usual_letters)
{
    ftp_script_check(FILES "c 'ls' >out; printf 'a.txt\\nb.txt\\nbig\\nsub\\n' | cmp - out;"
                           "c 'ls -a' | grep -qx .hidden; c 'ls .h*' | grep -qx .hidden;"
                           "c 'ls -la' | grep -q -- '-rw.* 5 .* b.txt';"
                           "c 'ls -la' | grep -q '\\.hidden';"
                           "c 'ls -lh' | grep -q '3.0 MiB .* big';"
                           "c 'dir' >dir; c 'ls -l' | cmp - dir;"
                           "test \"$(c 'ls -t' | tail -1)\" = a.txt;"
                           "test \"$(c 'ls -tr' | head -1)\" = a.txt;"
                           "test \"$(c 'ls -r' | head -1)\" = sub",
                     NULL);
}

Test(ftp_client_typed, other_names_of_commands)
{
    ftp_script_check(FILES "c 'rename a.txt c.txt' 'delete b.txt' 'ls' >out;"
                           "printf 'big\\nc.txt\\nsub\\n' | cmp - out;"
                           "c '?' | grep -q '^rm .*delete$'; c '? delete' | grep -q '^rm';"
                           "c 'quit' 'delete c.txt'; test -e \"$S/c.txt\"",
                     NULL);
}

Test(ftp_client_typed, cd_goes_back)
{
    ftp_script_check(FILES
                     "c 'cd sub' 'cd deep' 'cd -' 'cd -' 'pwd' >out;"
                     "printf '/sub\\n/sub/deep\\n/sub/deep\\n' | cmp - out;"
                     "if c 'cd -' 2>said; then exit 9; fi; grep -q 'cd -: no other folder' said",
                     NULL);
}

/* Each is a request of its own; the first error ends the line, and so nothing runs in a folder that
 * it was not meant for. */
Test(ftp_client_typed, several_commands_on_a_line)
{
    ftp_script_check(
        FILES "c 'cd sub; pwd ;ls;' >out; printf '/sub\\ndeep\\n' | cmp - out;"
              "if c 'cd nowhere; rm a.txt'; then exit 9; fi; test -e \"$S/a.txt\";"
              "printf 'cd sub;cd deep; pwd\\n' | f >out; echo /sub/deep | cmp - out;"
              "touch 'x;y'; c 'put \"x;y\"; put x\\;y z'; test -e \"$S/x;y\";"
              "test -e \"$S/z\"; c 'cd sub # here; pwd; pwd' >out; if test -s out; then exit 9; fi;"
              "c ';;  ; pwd' >out; echo / | cmp - out;"
              "c 'bye; rm a.txt'; test -e \"$S/a.txt\"",
        NULL);
}

Test(ftp_client_typed, folders_come_and_go_by_their_names)
{
    ftp_script_check(FILES "c 'get sub'; cmp sub/deep/file \"$S/sub/deep/file\"; mkdir box;"
                           "c 'get sub/deep box'; test -e box/deep/file; c 'get -r sub twice';"
                           "test -e twice/deep/file; c 'put box up'; test -e \"$S/up/deep/file\";"
                           "c 'put box/'; test -e \"$S/box/deep/file\"",
                     NULL);
}

Test(ftp_client_typed, patterns_in_get_and_put)
{
    ftp_script_check(FILES "mkdir box; c 'get ?.txt'; test -e a.txt; c 'get *.txt box';"
                           "test \"$(ls box | tr '\\n' ' ')\" = 'a.txt b.txt '; c 'get a.* one';"
                           "test -f one; if c 'get *.txt one' 2>said; then exit 9; fi;"
                           "grep -q 'one: is not a folder, and 2 files fit' said;"
                           "if c 'get nothing*'; then exit 9; fi;"
                           "c 'mkdir there' 'put box/* there' 'ls there' >out;"
                           "printf 'a.txt\\nb.txt\\n' | cmp - out;"
                           "if c 'put box/* nowhere'; then exit 9; fi;"
                           "if c 'put nothing*' 2>said; then exit 9; fi; cat said",
                     NULL);
}

Test(ftp_client_typed, rm_takes_a_folder_with_all_in_it_but_asks)
{
    ftp_script_check(FILES
                     "if c 'rm sub'; then exit 9; fi;"
                     "if c 'rm -r sub' 2>said; then exit 9; fi; grep -q 'sub: stays' said;"
                     "grep -q 'hint: .*rm -rf removes it' said; test -e \"$S/sub/deep/file\";"
                     "c 'rm -rf sub a.txt' 'cd /' 'mkdir -- -d' 'rm -rf -- -d';"
                     "c ls >out; printf 'b.txt\\nbig\\n' | cmp - out;"
                     "if c 'rm -rf /' 2>said; then exit 9; fi; cat said; c 'rm -rf b*'; "
                     "if c 'rm -rf .'; then exit 9; fi; test -d \"$S\"; test -e \"$S/.hidden\"",
                     NULL);
}

/* A name that something else has already, as /dev/null, stays what it is. */
Test(ftp_client_typed, what_is_no_file_is_not_replaced)
{
    ftp_script_check(FILES
                     "mkfifo fifo; ln -s a.txt link; for to in fifo link; do "
                     "if c \"get b.txt $to\" 2>said; then exit 9; fi; cat said;"
                     "grep -q \"$to already exists, and is not a file\" said; done;"
                     "test -p fifo; test -L link; test ! -e a.txt;"
                     "if \"$BIN\"/ftp get \"ftp://127.0.0.1:$P/b.txt\" -o fifo; then exit 9; fi;"
                     "test -p fifo",
                     NULL);
}

Test(ftp_client_typed, what_cannot_be_done_is_said_once)
{
    ftp_script_check(FILES "if c 'quote RETR b.txt' 2>said; then exit 9; fi; cat said;"
                           "grep -q 'quote: RETR needs a data connection' said;"
                           "c 'quote NOOP' 'ls' >out; grep -qx b.txt out;"
                           "if c 'rm -rf nothere' 2>said; then exit 9; fi; cat said;"
                           "test \"$(grep -c 'error:' said)\" = 1",
                     NULL);
}
