/*
 * FTP on a memory disk: 1 GiB each way beside the bare loop of read, seal, TCP, open, write
 * (bare_copy.h), and beside strangers where they are installed: sftp with chacha20-poly1305, and
 * lftp on the FTPS of vsftpd; 10,000 small files; whole visits and small requests in a row; what an
 * idle session costs.
 *
 * Whole runs of the programs are timed, from start to end, connection and login included.
 * BENCH_FTP_MIB=64 makes a short run of it.
 */
#include "allow_edit.h"
#include "bare_copy.h"
#include "bench.h"
#include "channel.h"
#include "free_port.h"
#include "ftp_raw.h"
#include "ftp_scene.h"
#include "process_usage.h"
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
#define REQUESTS  1000
#define VISITS    5
#define SESSIONS  40
#define SSHD      "/usr/sbin/sshd"
#define VSFTPD    "/usr/sbin/vsftpd"
#define IN_SCRIPT "cd %s && P=%u S=%s/anna BIN=%s SP=%u VP=%u && "

static struct ftp_scene scene;
static char *here, *bin;
static uint16_t sshd_port, vsftpd_port;
static struct process *sshd, *vsftpd;
static bool reached = true;
static char size_text[32]; /* of the large file: "1 GiB" */
static double megabytes;
static struct rsa_key *pair; /* of the visitor, who is this program */

/* Runs a line of shell with the names of IN_SCRIPT; its seconds, or the end of the bench. */
static double run(const char *line)
{
    char text[4096 + 10 * REQUESTS];
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

/* --- the strangers ---------------------------------------------------------------------------- */
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

/* --- rows ------------------------------------------------------------------------------------- */
struct row {
    const char *measure;       /* behind the size, if it is of the large file */
    const char *ours, *theirs; /* shell; NULL: the bare loop, without a cipher where it is ours */
    double target;
    enum bench_goal goal;
    bool is_rate; /* of the large file */
};

/* What a run left behind does not count. Memory that the last one gave back may have gone back
 * further, to a virtual machine's host, and is slow to get again: that is not measured either. */
static void clear(const struct row *row)
{
    run("rm -rf got sg lg bare $S/up $S/sp $S/lp");
    if (row->is_rate)
        run("cp g got; rm got");
}

static double measure_bare(bool encrypted)
{
    char *from = scratch_path(here, "g"), *to = scratch_path(here, "bare");
    double seconds = bare_copy(from, to, encrypted);
    free(from);
    free(to);
    return seconds;
}

static void measure(const struct row *row)
{
    char name[64];
    struct bench bench = {.measure = row->is_rate ? name : row->measure,
                          .unit = row->is_rate ? "MB/s" : "s",
                          .goal = row->goal,
                          .target = row->target};
    snprintf(name, sizeof(name), "%s %s", size_text, row->measure);
    for (int round = 0; round < ROUNDS; round++) {
        clear(row);
        double ours = row->ours ? run(row->ours) : measure_bare(false), theirs;
        clear(row);
        theirs = row->theirs ? run(row->theirs) : measure_bare(true);
        if (row->is_rate)
            bench_round(&bench, megabytes / ours, megabytes / theirs);
        else
            bench_round(&bench, ours, theirs);
    }
    clear(row);
    reached = bench_print(&bench) && reached;
}

static void measure_files(void)
{
    static const char get[] = "f -c 'get g got'", put[] = "f -c 'put g up'";
    const struct row bare[] = {{"get, bare loop", get, NULL, 0.7, BENCH_AT_LEAST, true},
                               {"put, bare loop", put, NULL, 0.7, BENCH_AT_LEAST, true}};
    const struct row ssh[] = {
        {"get, sftp", get, "echo \"get $S/g sg\" | " SFTP, 1.8, BENCH_AT_LEAST, true},
        {"put, sftp", put, "echo \"put g $S/sp\" | " SFTP, 2.2, BENCH_AT_LEAST, true}};
    const struct row tls[] = {{"get, lftp on vsftpd FTPS", get, LFTP "get g -o lg; exit' 127.0.0.1",
                               1.2, BENCH_AT_LEAST, true},
                              {"put, lftp on vsftpd FTPS", put, LFTP "put g -o lp; exit' 127.0.0.1",
                               2.5, BENCH_AT_LEAST, true},
                              /* how far any program with one thread a side could come */
                              {"no cipher at all, lftp's put", NULL,
                               LFTP "put g -o lp; exit' 127.0.0.1", 0, BENCH_AT_LEAST, true}};
    for (size_t i = 0; i < 2; i++)
        measure(&bare[i]);
    for (size_t i = 0; i < 2 && sshd; i++)
        measure(&ssh[i]);
    for (size_t i = 0; i < 3 && vsftpd; i++)
        measure(&tls[i]);
}

static void measure_small(void)
{
    const struct row folders[] = {
        {"10,000 files of 1 KiB, get -r, sftp", "f -c 'get -r small got'",
         "echo \"get -r $S/small sg\" | " SFTP, 0.1, BENCH_AT_MOST, false},
        {"10,000 files of 1 KiB, put -r, sftp", "f -c 'put -r small up'",
         "mkdir $S/sp; echo \"put -r small $S/sp\" | " SFTP, 0.1, BENCH_AT_MOST, false}};
    for (size_t i = 0; i < 2 && sshd; i++)
        measure(&folders[i]);
}

/* --- visits ----------------------------------------------------------------------------------- */
static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench ftp: error: %s\n", what);
    exit(1);
}

/* This program's own key, which the server lets in. */
static void make_visitor(void)
{
    struct problem problem = {0};
    char *path = scratch_path(scene.home, "allowed.csv");
    must(!rsa_key_generate(&pair, CHANNEL_MODERN_BITS, NULL, NULL), "no key");
    must(allow_list_add(
             path,
             &(struct allow_new){
                 .key = pair, .name = "visitor", .role = ALLOW_USER, .quota = ALLOW_NO_QUOTA},
             NULL, &problem),
         problem.message);
    free(path);
}

static struct ftp_raw *log_in(void)
{
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    must(ftp_raw_auth(raw, pair, "modern") && ftp_raw(raw, "USER *") == 232 &&
             ftp_raw(raw, "PBSZ 0") == 200 && ftp_raw(raw, "PROT P") == 200,
         ftp_raw_text(raw));
    return raw;
}

/* Whole processes in a row, from exec to exit: a command of ours, and one of theirs, so many a
 * second; curl logs in, lists and leaves, too. */
static double rate_of(const char *command, unsigned times)
{
    char line[256];
    snprintf(line, sizeof(line), "for i in $(seq %u); do %s || exit 1; done", times, command);
    return times / run(line);
}

static void measure_visits(void)
{
    struct bench curl = {.measure = "ftp connect -c ls, in a row; curl on vsftpd's FTPS",
                         .unit = "/s",
                         .goal = BENCH_AT_LEAST,
                         .target = 8};
    struct bench alone = {
        .measure = "the same; to reach", .unit = "/s", .goal = BENCH_AT_LEAST, .target = 1};
    run("f -c ls"); /* the server is known from now on */
    for (int round = 0; round < VISITS; round++) {
        double ours = rate_of("f -c ls", 20);
        bench_round(&alone, ours, 60);
        if (vsftpd)
            bench_round(&curl, ours, rate_of("curl -sk --ssl-reqd ftp://127.0.0.1:$VP/empty/", 3));
    }
    reached = bench_print(&alone) && reached;
    if (vsftpd)
        reached = bench_print(&curl) && reached;
}

/* --- requests --------------------------------------------------------------------------------- */
static void measure_requests(void)
{
    static char line[10 * REQUESTS] = "f";
    struct bench bench = {.measure = "requests under fresh keys, one client; to reach",
                          .unit = "/s",
                          .goal = BENCH_AT_LEAST,
                          .target = 1};
    for (int i = 0; i < REQUESTS; i++)
        strcat(line, " -c pwd");
    for (int round = 0; round < ROUNDS; round++)
        bench_round(&bench, REQUESTS / run(line), 1000);
    reached = bench_print(&bench) && reached;
}

/* In turn, at a server each: what ML-KEM costs a request beside all the rest. */
static void measure_hybrid_requests(void)
{
    static char lines[2][10 * REQUESTS] = {"f", "f --suite modern:x25519"};
    struct ftp_scene scenes[2] = {scene};
    struct bench bench = {.measure = "requests in modern against modern:x25519",
                          .unit = "/s",
                          .goal = BENCH_AT_LEAST,
                          .target = 0.8};
    for (int i = 0; i < 2 * REQUESTS; i++)
        strcat(lines[i % 2], " -c pwd");
    ftp_scene_prepare(&scenes[1]);
    scene = scenes[1];
    run("$BIN/keytool gen client; $BIN/keytool allow add client --name anna");
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--suite", "modern:x25519", NULL});
    scenes[1] = scene;
    for (int round = 0; round < ROUNDS; round++) {
        double rates[2];
        for (int i = 0; i < 2; i++) {
            scene = scenes[i];
            rates[i] = REQUESTS / run(lines[i]);
        }
        bench_round(&bench, rates[0], rates[1]);
    }
    scene = scenes[0];
    ftp_scene_stop(&scenes[1]);
    reached = bench_print(&bench) && reached;
}

/* --- memory ----------------------------------------------------------------------------------- */
static void measure_memory(void)
{
    struct ftp_raw *raw[SESSIONS];
    struct bench bench = {.measure = "server's memory per idle session",
                          .unit = "KiB",
                          .goal = BENCH_AT_MOST,
                          .target = 1};
    double first = 0, last;
    for (int i = 0; i < SESSIONS; i++) {
        raw[i] = log_in();
        if (i == SESSIONS / 4 - 1) /* what all share is there by now */
            first = process_resident_kib(process_id(scene.server));
    }
    last = process_resident_kib(process_id(scene.server));
    for (int i = 0; i < SESSIONS; i++)
        ftp_raw_free(raw[i]);
    bench_round(&bench, (last - first) / (SESSIONS - SESSIONS / 4), 128);
    reached = bench_print(&bench) && reached;
}

/* --- all of it -------------------------------------------------------------------------------- */
static void make_files(unsigned mib)
{
    char line[400];
    megabytes = mib * 1.048576;
    snprintf(size_text, sizeof(size_text), mib % 1024 ? "%u MiB" : "%u GiB",
             mib % 1024 ? mib : mib / 1024);
    snprintf(line, sizeof(line),
             "mkdir -p $S small $S/empty; head -c %uM /dev/urandom >g; cp g $S/g; for i in $(seq "
             "%d); do head -c 1024 g >small/$i; done; cp -r small $S",
             mib, FILES);
    run(line);
}

int main(void)
{
    const char *size = getenv("BENCH_FTP_MIB"), *folder = getenv("BIN");
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    bin = realpath(folder ? folder : "bin", NULL);
    setenv("GLASSBOX_BIN", bin ? bin : "bin", 1);
    here = scratch_new();
    ftp_scene_prepare(&scene);
    run("$BIN/keytool gen client; $BIN/keytool allow add client --name anna");
    make_visitor();
    ftp_scene_launch(&scene, NULL, (const char *const[]){NULL});
    bench_heading();
    measure_memory(); /* of a server that has no freed memory to give out yet */
    make_files(size ? (unsigned)atoi(size) : 1024);
    start_sshd();
    start_vsftpd();
    measure_files();
    measure_small();
    measure_visits();
    measure_requests();
    measure_hybrid_requests();
    rsa_key_free(pair);
    process_free(sshd);
    process_free(vsftpd);
    ftp_scene_stop(&scene);
    scratch_remove(here);
    free(bin);
    return reached ? 0 : 1;
}
