/*
 * Our client with --plain on a stranger: vsftpd, passive and active, without MLSD, MFMT and HASH.
 */
#include "ftp_stranger.h"

#include <criterion/criterion.h>

static void check(const char *script)
{
    ftp_stranger_check(&ftp_vsftpd, script);
}

Test(ftp_client_plain, files_of_all_sizes_passive_and_active)
{
    check("for way in '' --active; do o=()\n"
          "for n in 0 1 65535 65536 65537 1048575 1048576 1048577; do\n"
          "  head -c $n /dev/urandom >a$n; o+=(-c \"put a$n\" -c \"get a$n b$n\"); done\n"
          "v $way \"${o[@]}\"\n"
          "for a in a*; do cmp $a b${a#a}; cmp $a $S/$a; done; rm a* b*; done");
}

Test(ftp_client_plain, folders_lists_and_patterns)
{
    check("echo 1 >'a b'; echo 2 >кот; echo 3 >c.txt\n"
          "v -c 'mkdir d' -c 'cd d' -c 'mput *' -c ls -c 'ls -l' -c 'mv c.txt d.txt' -c 'ls *.txt' "
          ">$GLASSBOX_HOME/out\n"
          "cd $GLASSBOX_HOME; grep -x 'a b' out; grep -x кот out; grep -E '^-rw.* кот$' out; grep "
          "-x d.txt out\n"
          "mkdir got; cd got; v -c 'mget d/*'; test \"$(ls | xargs -d '\\n' echo)\" = 'a b d.txt "
          "кот'\n"
          "v -c 'cat d/d.txt' -c 'rm d/*' -c 'rmdir d' | grep -x 3; test ! -e $S/d");
}

Test(ftp_client_plain, downloads_and_uploads_are_continued)
{
    check("head -c 3000000 /dev/urandom >$S/a; head -c 1000000 $S/a >.a.ftp-part\n"
          "v -c 'reget a' 2>&1 | grep '1.9 MiB in'; cmp a $S/a; head -c 1000000 a >$S/b; mv a b\n"
          "v -c 'reput b' 2>&1 | grep '1.9 MiB in'; cmp b $S/b");
}

Test(ftp_client_plain, errors_are_the_servers_words)
{
    check(
        "if v -c 'get nothing' >out 2>&1; then exit 9; else test $? = 1; fi; grep 550 out\n"
        "test ! -e nothing -a ! -e .nothing.ftp-part\n"
        "if v -c 'get -r nothing' >out 2>&1; then exit 9; fi; grep 550 out\n"
        "if $BIN/ftp connect 127.0.0.1 --port $P --home h --accept-new -c ls >out 2>&1; then exit "
        "9; fi; grep -e --plain out");
}
