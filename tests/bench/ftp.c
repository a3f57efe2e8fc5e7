/*
 * FTP on a memory disk: 1 GiB each way beside the bare loop of read, seal, TCP, open, write
 * (bare_copy.h), and beside strangers where they are installed: sftp with chacha20-poly1305, and
 * lftp on the FTPS of vsftpd; 10,000 small files; a visit; small requests in a row.
 *
 * Whole runs of the programs are timed, from start to end, connection and login included.
 * BENCH_FTP_MIB=64 makes a short run of it.
 */
#include "bare_copy.h"
#include "bench.h"
#include "free_port.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS    3
#define FILES     10000
#define REQUESTS  50
#define SSHD      "/usr/sbin/sshd"
#define VSFTPD    "/usr/sbin/vsftpd"
#define IN_SCRIPT "cd %s && P=%u S=%s/anna BIN=%s SP=%u VP=%u && "

static struct ftp_scene scene;
static char *here, *bin;
static uint16_t sshd_port, vsftpd_port;
static struct process *sshd, *vsftpd;
static bool reached = true;

/* Runs a line of shell with the names of IN_SCRIPT; its seconds, or the end of the bench. */
static double run(const char *line)
{
    char text[4096];
    double start;
    snprintf(text, sizeof(text),
             "export GLASSBOX_HOME=%s; f() { $BIN/ftp connect 127.0.0.1 --port $P --accept-new "
             "\"$@\"; }; K=$GLASSBOX_HOME\n" IN_SCRIPT "{ %s; } >>log 2>&1",
             scene.home, here, scene.port, scene.folder, bin, sshd_port, vsftpd_port, line);
    start = bench_now();
    if (system(text) != 0) { /* the bench's own words */
        fprintf(stderr, "bench ftp: error: %s\n", text);
        snprintf(text, sizeof(text), "tail -5 %s/log >&2", here);
        if (system(text) != 0)
            fputs("and nothing was said\n", stderr);
        exit(1);
    }
    return bench_now() - start;
}

/* --- the strangers ------------------------------------------------------------------------------
 */
static void start_sshd(void)
{
    if (access(SSHD, X_OK) != 0)
        return;
    sshd_port = free_ports(1);
    run("mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f $K/host; ssh-keygen -q -t ed25519 "
        "-N "
        "'' -f $K/user; printf 'Port %s\\nListenAddress 127.0.0.1\\nHostKey %s\\nStrictModes "
        "no\\nAuthorizedKeysFile %s\\nUsePAM no\\nPidFile none\\nSubsystem sftp "
        "internal-sftp\\nPermitRootLogin yes\\n' $SP $K/host $K/user.pub >$K/sshd.conf");
    char *path = scratch_path(scene.home, "sshd.conf");
    sshd = process_start(scene.home, PROCESS_PIPES, SSHD, "-D", "-e", "-f", path, NULL);
    process_expect(sshd, PROCESS_ERR, "listening on");
    free(path);
}

static void start_vsftpd(void)
{
    if (access(VSFTPD, X_OK) != 0)
        return;
    vsftpd_port = (uint16_t)(free_ports(12) + 1);
    run("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=bench -days 2 -keyout $K/tls.pem -out "
        "$K/tls.crt; cat $K/tls.crt >>$K/tls.pem; mkdir -p $S; printf "
        "'listen=YES\\nlisten_address=127.0.0.1\\nlisten_port=%s\\nbackground=NO\\n"
        "run_as_launching_user=YES\\nanonymous_enable=YES\\nanon_root=%s\\nwrite_enable=YES\\n"
        "anon_upload_enable=YES\\nanon_other_write_enable=YES\\nallow_writeable_chroot=YES\\n"
        "connect_from_port_20=NO\\nsecure_chroot_dir=%s\\nseccomp_sandbox=NO\\npasv_min_port=%s\\n"
        "pasv_max_port=%s\\nssl_enable=YES\\nallow_anon_ssl=YES\\nforce_anon_logins_ssl=YES\\n"
        "force_anon_data_ssl=YES\\nrsa_cert_file=%s\\nrequire_ssl_reuse=NO\\nssl_ciphers=HIGH\\n' "
        "$VP $S $K $((VP + 1)) $((VP + 10)) $K/tls.pem >$K/vsftpd.conf");
    char *path = scratch_path(scene.home, "vsftpd.conf");
    vsftpd = process_start(scene.home, PROCESS_PIPES, VSFTPD, path, NULL);
    run("for i in 1 2 3 4 5 6 7 8 9 10; do curl -sk --ssl-reqd ftp://127.0.0.1:$VP/ && break; "
        "sleep "
        "0.1; done");
    free(path);
}

#define SFTP                                                                                       \
    "sftp -q -c chacha20-poly1305@openssh.com -P $SP -i $K/user -o StrictHostKeyChecking=no -o "   \
    "UserKnownHostsFile=/dev/null -b - 127.0.0.1"
#define LFTP                                                                                       \
    "lftp -u anonymous,x -p $VP -e 'set ssl:verify-certificate no; set ftp:ssl-force yes; set "    \
    "ftp:ssl-protect-data yes; set cmd:fail-exit yes; "

/* --- rows ---------------------------------------------------------------------------------------
 */
struct row {
    const char *measure, *ours, *theirs; /* shell; theirs NULL: the bare loop */
    double target;
    enum bench_goal goal;
    double amount; /* of MB in it: a rate; 0: seconds */
};

static double measure_bare(void)
{
    char *from = scratch_path(here, "g"), *to = scratch_path(here, "bare");
    double seconds = bare_copy(from, to);
    unlink(to);
    free(from);
    free(to);
    return seconds;
}

static void measure(const struct row *row)
{
    struct bench bench = {.measure = row->measure,
                          .unit = row->amount > 0 ? "MB/s" : "s",
                          .goal = row->goal,
                          .target = row->target};
    for (int round = 0; round < ROUNDS; round++) {
        double ours = run(row->ours), theirs = row->theirs ? run(row->theirs) : measure_bare();
        if (row->amount > 0)
            bench_round(&bench, row->amount / ours, row->amount / theirs);
        else
            bench_round(&bench, ours, theirs);
    }
    reached = bench_print(&bench) && reached;
}

static void measure_files(double megabytes)
{
    static const char get[] = "f -c 'get g got'; rm got", put[] = "f -c 'put g up'; rm $S/up";
    const struct row bare[] = {{"1 GiB get, bare loop", get, NULL, 0.7, BENCH_AT_LEAST, megabytes},
                               {"1 GiB put, bare loop", put, NULL, 0.7, BENCH_AT_LEAST, megabytes}};
    const struct row ssh[] = {{"1 GiB get, sftp", get, "echo \"get $S/g sg\" | " SFTP "; rm sg",
                               1.8, BENCH_AT_LEAST, megabytes},
                              {"1 GiB put, sftp", put, "echo \"put g $S/sp\" | " SFTP "; rm $S/sp",
                               2.2, BENCH_AT_LEAST, megabytes}};
    const struct row tls[] = {
        {"1 GiB get, lftp on vsftpd FTPS", get, LFTP "get g -o lg; exit' 127.0.0.1; rm lg", 1.2,
         BENCH_AT_LEAST, megabytes},
        {"1 GiB put, lftp on vsftpd FTPS", put, LFTP "put g -o lp; exit' 127.0.0.1; rm $S/lp", 2.5,
         BENCH_AT_LEAST, megabytes}};
    for (size_t i = 0; i < 2; i++)
        measure(&bare[i]);
    for (size_t i = 0; i < 2 && sshd; i++)
        measure(&ssh[i]);
    for (size_t i = 0; i < 2 && vsftpd; i++)
        measure(&tls[i]);
}

static void measure_small(void)
{
    const struct row folders[] = {
        {"10,000 files of 1 KiB, get -r, sftp", "f -c 'get -r small got'; rm -r got",
         "echo \"get -r $S/small sgot\" | " SFTP "; rm -r sgot", 0.1, BENCH_AT_MOST, 0},
        {"10,000 files of 1 KiB, put -r, sftp", "f -c 'put -r small up'; rm -r $S/up",
         "mkdir $S/sup; echo \"put -r small $S/sup\" | " SFTP "; rm -r $S/sup", 0.1, BENCH_AT_MOST,
         0}};
    const struct row visit = {"connect, log in, list, quit; curl on FTPS",
                              "f -c 'ls empty'",
                              "curl -sk --ssl-reqd ftp://127.0.0.1:$VP/empty/",
                              1,
                              BENCH_AT_MOST,
                              0};
    for (size_t i = 0; i < 2 && sshd; i++)
        measure(&folders[i]);
    if (vsftpd)
        measure(&visit);
}

/* A pair of keys on each side for each: what bounds it. */
static void measure_requests(void)
{
    char line[100 * REQUESTS] = "f", figure[120];
    double seconds;
    for (int i = 0; i < REQUESTS; i++)
        strcat(line, " -c pwd");
    seconds = run(line);
    snprintf(figure, sizeof(figure), "%d requests in a row, each under fresh keys: %.1f a second",
             REQUESTS, REQUESTS / seconds);
    puts(figure);
}

int main(void)
{
    const char *size = getenv("BENCH_FTP_MIB"), *folder = getenv("BIN");
    unsigned mib = size ? (unsigned)atoi(size) : 1024;
    char line[400];
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    bin = realpath(folder ? folder : "bin", NULL);
    setenv("GLASSBOX_BIN", bin ? bin : "bin", 1);
    here = scratch_new();
    ftp_scene_prepare(&scene);
    run("$BIN/keytool gen client; $BIN/keytool allow add client --name anna");
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--stock", "32", NULL});
    snprintf(line, sizeof(line),
             "mkdir -p $S small $S/empty; head -c %uM /dev/urandom >g; cp g $S/g; for i in $(seq "
             "%d); do head -c 1024 g >small/$i; done; cp -r small $S",
             mib, FILES);
    run(line);
    start_sshd();
    start_vsftpd();
    bench_heading();
    measure_files(mib * 1.048576);
    measure_small();
    measure_requests();
    process_free(sshd);
    process_free(vsftpd);
    ftp_scene_stop(&scene);
    scratch_remove(here);
    free(bin);
    return reached ? 0 : 1;
}
