/*
 * Wireshark reads what our programs say: a talk in each suite and a file by FTP, without and with
 * the key log that the programs write. The capture is a proxy's, so nobody needs the right to
 * capture; where there is that right, the loopback device itself is listened to as well.
 */
#include "chat_scene.h"
#include "free_port.h"
#include "ftp_script.h"
#include "proxy.h"
#include "scratch.h"
#include "tshark.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BETWEEN "127.0.0.2"
#define POOL    4

/* All values of a field, behind the frames that hold them, packet by packet. */
static char *values(const char *pcap, const char *keys, const char *filter, const char *field)
{
    return tshark_run(pcap, keys,
                      (const char *const[]){"-Y", filter, "-T", "fields", "-e", field, NULL});
}

static void expect_value(const char *pcap, const char *keys, const char *filter, const char *field,
                         const char *part)
{
    char *got = values(pcap, keys, filter, field);
    cr_assert(part[0] ? strstr(got, part) != NULL : got[0] == '\0', "%s, %s: want %s, got\n%s",
              filter, field, part, got);
    free(got);
}

/* --- chat ------------------------------------------------------------------------------------- */

struct talk {
    struct chat_scene scene;
    char *keys, *pcap;
    uint16_t pool;
};

static void begin(struct talk *talk, const char *suite)
{
    char ports[16];
    *talk = (struct talk){.scene = {.suite = suite}, .pool = free_ports(POOL)};
    snprintf(ports, sizeof(ports), "%u-%u", talk->pool, talk->pool + POOL - 1);
    chat_scene_open(&talk->scene);
    talk->keys = scratch_path(talk->scene.folder, "keys.log");
    talk->pcap = scratch_path(talk->scene.folder, "talk.pcap");
    chat_scene_person(&talk->scene, "anna", true);
    chat_scene_serve(&talk->scene, (const char *const[]){"--ports", ports, "--bind", "127.0.0.1",
                                                         "--keylog", talk->keys, NULL});
    cr_assert(strstr(process_text(talk->scene.server, PROCESS_ERR), "whoever reads it can read"),
              "no warning");
}

static void say_hello(struct talk *talk, const char *address)
{
    char *home = chat_scene_home(&talk->scene, "anna");
    struct process *anna = process_start(home, PROCESS_PIPES, "chat", "connect", address, "--port",
                                         talk->scene.port, "--suite", talk->scene.suite,
                                         "--accept-new", NULL);
    expect_said(anna, PROCESS_OUT, " joined$");
    cr_assert(process_type(anna, "good morning\n"));
    expect_said(anna, PROCESS_OUT, "good morning");
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    free(home);
}

static void expect_talk(const struct talk *talk, const char *outside)
{
    const char *const says = "glassbox.text contains \"good morning\"";
    expect_value(talk->pcap, NULL, "glassbox.client_hello.id_n", "glassbox.message",
                 "client hello");
    expect_value(talk->pcap, NULL, "glassbox.server_resume.mac", "glassbox.message",
                 "server resume");
    expect_value(talk->pcap, NULL, outside, "glassbox.message", "record");
    expect_value(talk->pcap, NULL, "glassbox.text", "glassbox.text", "");
    expect_value(talk->pcap, talk->keys, says, "glassbox.sender", "client");
    expect_value(talk->pcap, talk->keys, says, "glassbox.sender", "server");
    expect_value(talk->pcap, talk->keys, "glassbox.port.port", "glassbox.message", "port");
    expect_value(talk->pcap, talk->keys, "glassbox.client_resume.ticket and glassbox.handover",
                 "glassbox.message", "client resume");
    expect_value(talk->pcap, talk->keys, "glassbox.not_authentic or glassbox.malformed",
                 "_ws.col.Info", "");
    /* A textbook record that the server hung up on has a key that the server never saw. */
    if (strcmp(talk->scene.suite, "textbook") != 0)
        expect_value(talk->pcap, talk->keys, "glassbox.no_key", "_ws.col.Info", "");
}

static void end(struct talk *talk)
{
    free(talk->keys);
    free(talk->pcap);
    chat_scene_close(&talk->scene);
}

static void talk_through_a_proxy(const char *suite, const char *outside)
{
    struct talk talk;
    struct proxy *proxy;
    struct pcap *pcap;
    begin(&talk, suite);
    pcap = pcap_create(talk.pcap);
    proxy = proxy_start(BETWEEN, chat_scene_port(&talk.scene), talk.pool,
                        (uint16_t)(talk.pool + POOL - 1));
    proxy_capture(proxy, pcap);
    say_hello(&talk, BETWEEN);
    proxy_stop(proxy);
    pcap_close(pcap);
    expect_talk(&talk, outside);
    end(&talk);
}

Test(wireshark_programs, a_talk_in_the_modern_suite)
{
    talk_through_a_proxy("modern", "glassbox.modern_record.sealed");
}

Test(wireshark_programs, a_talk_in_modern_x25519)
{
    talk_through_a_proxy("modern:x25519", "glassbox.modern_record.sealed");
}

Test(wireshark_programs, a_talk_in_modern_rsa)
{
    talk_through_a_proxy("modern:rsa", "glassbox.modern_record.sealed");
}

Test(wireshark_programs, a_talk_in_dh)
{
    talk_through_a_proxy("dh", "glassbox.dh_record.sealed");
}

Test(wireshark_programs, a_talk_in_the_textbook_suite)
{
    talk_through_a_proxy("textbook", "glassbox.textbook_record.key");
}

/* --- the loopback device itself --------------------------------------------------------------- */

/* The capture's file is written now and then: waits until the talk is in it. */
static void wait_for_capture(const struct talk *talk)
{
    for (unsigned tries = 0; tries < 40; tries++) {
        char *got = values(talk->pcap, talk->keys, "glassbox.close.code == 0", "glassbox.sender");
        bool all = strstr(got, "client") && strstr(got, "server");
        free(got);
        if (all)
            return;
        usleep(250000);
    }
}

Test(wireshark_programs, a_talk_on_the_loopback_device)
{
    struct process *dumpcap;
    struct talk talk;
    char filter[80];
    begin(&talk, "modern");
    snprintf(filter, sizeof(filter), "tcp port %s or tcp portrange %u-%u", talk.scene.port,
             talk.pool, talk.pool + POOL - 1);
    dumpcap = process_start(talk.scene.folder, PROCESS_PIPES, "/usr/bin/dumpcap", "-q", "-i", "lo",
                            "-P", "-f", filter, "-w", talk.pcap, NULL);
    if (!process_expect(dumpcap, PROCESS_ERR, "^File: ")) {
        process_free(dumpcap);
        end(&talk);
        cr_skip_test("no right to capture on lo here: the proxy's captures were read instead");
    }
    say_hello(&talk, "127.0.0.1");
    wait_for_capture(&talk);
    process_signal(dumpcap, SIGINT);
    cr_expect_eq(process_wait(dumpcap), 0);
    process_free(dumpcap);
    expect_talk(&talk, "glassbox.modern_record.sealed");
    end(&talk);
}

/* --- FTP -------------------------------------------------------------------------------------- */

Test(wireshark_programs, a_file_by_ftp)
{
    const uint16_t pool = free_ports(POOL);
    struct ftp_scene scene;
    struct proxy *proxy;
    struct pcap *pcap;
    char ports[16], *said, *file, *keys;
    snprintf(ports, sizeof(ports), "%u-%u", pool, pool + POOL - 1);
    ftp_scene_prepare(&scene);
    ftp_script_allow(&scene);
    ftp_scene_launch(&scene, NULL, (const char *const[]){"--ports", ports, NULL});
    file = scratch_path(scene.home, "ftp.pcap");
    keys = scratch_path(scene.home, "keys.log");
    pcap = pcap_create(file);
    proxy = proxy_start(BETWEEN, scene.port, pool, (uint16_t)(pool + POOL - 1));
    proxy_capture(proxy, pcap);
    setenv("KEYS", keys, 1);
    cr_assert_eq(ftp_script(&scene,
                            "mkdir -p $S; echo 'the marks of the exam' >marks\n"
                            "$BIN/ftp connect 127.0.0.2 --port $P --accept-new --keylog $KEYS "
                            "-c 'put marks' -c 'get marks again'; cmp marks again",
                            &said),
                 0, "%s", said);
    proxy_stop(proxy);
    pcap_close(pcap);
    expect_value(file, NULL, "glassbox.ftp", "glassbox.ftp", "AUTH GLASSBOX");
    expect_value(file, NULL, "ftp.request.command == STOR or frame contains \"marks\"",
                 "frame.number", "");
    expect_value(file, keys, "ftp.request.command == STOR", "ftp.request.arg", "marks");
    expect_value(file, keys, "glassbox.hybrid_server_share.ct and glassbox.rekey_answer.step",
                 "glassbox.sender", "server");
    expect_value(file, keys, "glassbox.text contains \"the marks of\"", "glassbox.sender",
                 "client");
    expect_value(file, keys, "glassbox.text contains \"the marks of\"", "glassbox.sender",
                 "server");
    expect_value(file, keys, "glassbox.no_key or glassbox.not_authentic or glassbox.malformed",
                 "frame.number", "");
    free(said);
    free(file);
    free(keys);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}
