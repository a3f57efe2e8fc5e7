/* Ports to listen on: random ones come and go without end, and yet are not ever more. */
#include "uv_ports.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

static struct sockaddr_storage loopback(void)
{
    struct sockaddr_storage address = {0};
    const struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    memcpy(&address, &here, sizeof(here));
    return address;
}

Test(uv_ports, random_ports_are_used_again)
{
    static bool seen[65536];
    struct uv_ports *ports = uv_ports_new(0, 0);
    const struct sockaddr_storage address = loopback();
    size_t different = 0;
    for (size_t i = 0; i < 4 * UV_PORTS_RANDOM; i++) {
        uint16_t pair[2];
        int listeners[2];
        for (size_t j = 0; j < 2; j++) {
            listeners[j] = uv_ports_take(ports, &pair[j], &address);
            cr_assert_geq(listeners[j], 0, "%s", uv_strerror(listeners[j]));
            different += !seen[pair[j]];
            seen[pair[j]] = true;
        }
        cr_assert_neq(pair[0], pair[1]);
        for (size_t j = 0; j < 2; j++) {
            close(listeners[j]);
            uv_ports_give_back(ports, pair[j]);
        }
    }
    cr_expect_leq(different, UV_PORTS_RANDOM, "%zu", different);
    uv_ports_free(ports);
}
