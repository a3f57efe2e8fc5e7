/*
 * What no honest client does to the FTP server's control connection: several commands in one
 * packet, one byte at a time, and a reset before the reply can leave. Each command is answered in
 * its turn, and one client's end is nobody else's.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "raw_client.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct ftp_scene scene;

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

/* Without a FIN: the next write to the other end fails. */
static void reset(int socket)
{
    const struct linger now = {.l_onoff = 1};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(socket);
}

static void expect_alive(void)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 200, "NOOP");
    ftp_raw_free(raw);
}

/* All places are taken: the 421 goes to somebody who has gone. */
Test(ftp_one_packet, resets_when_the_places_are_full, .fini = stop)
{
    ftp_scene_start(&scene, "--max-clients", "1", NULL);
    struct ftp_raw *guest = ftp_raw_login(scene.port);
    for (size_t i = 0; i < 200; i++)
        reset(raw_connect(scene.port));
    expect(guest, 200, "NOOP");
    ftp_raw_free(guest);
}

/* The reply 150 must not run what came behind the LIST. */
Test(ftp_one_packet, an_abort_behind_a_request, .fini = stop)
{
    static const char packet[] = "LIST\r\nABOR\r\nNOOP\r\n";
    static const int codes[] = {150, 426, 226, 200};
    ftp_scene_start(&scene, NULL);
    for (size_t i = 0; i < 20; i++) {
        struct ftp_raw *raw = ftp_raw_login(scene.port);
        expect(raw, 229, "EPSV");
        ftp_raw_send(raw, packet, strlen(packet));
        for (size_t k = 0; k < sizeof(codes) / sizeof(codes[0]); k++)
            cr_expect_eq(ftp_raw_reply(raw), codes[k], "%zu: %s", k, ftp_raw_text(raw));
        ftp_raw_free(raw);
    }
    expect_alive();
}
