/* Internet addresses as text. */
#include "uv_address.h"

#include <string.h>

/* IPv4 inside an IPv6 socket (RFC 4291 2.5.5.2) is shown as what it is. */
static int address_text(char *text, const struct sockaddr_storage *from)
{
    const struct sockaddr_in *four = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
    if (from->ss_family == AF_INET)
        return uv_inet_ntop(AF_INET, &four->sin_addr, text, UV_ADDRESS_BYTES);
    if (from->ss_family != AF_INET6)
        return UV_EAFNOSUPPORT;
    if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        return uv_inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text, UV_ADDRESS_BYTES);
    return uv_inet_ntop(AF_INET6, &six->sin6_addr, text, UV_ADDRESS_BYTES);
}

bool uv_address_text(char text[UV_ADDRESS_BYTES], uint16_t *port,
                     const struct sockaddr_storage *from)
{
    bool known = address_text(text, from) == 0;
    if (!known)
        strcpy(text, "unknown");
    if (port) /* RFC 3493: the port stands at the same place in both */
        *port = known ? ntohs(((const struct sockaddr_in *)from)->sin_port) : 0;
    return known;
}

static void peer_address(struct sockaddr_storage *address, const uv_tcp_t *tcp)
{
    int bytes = sizeof(*address);
    *address = (struct sockaddr_storage){0};
    if (uv_tcp_getpeername(tcp, (struct sockaddr *)address, &bytes) != 0)
        address->ss_family = AF_UNSPEC;
}

bool uv_address_peer(char text[UV_ADDRESS_BYTES], uint16_t *port, const uv_tcp_t *tcp)
{
    struct sockaddr_storage address;
    peer_address(&address, tcp);
    return uv_address_text(text, port, &address);
}

bool uv_address_own(char text[UV_ADDRESS_BYTES], uint16_t *port, const uv_tcp_t *tcp)
{
    struct sockaddr_storage address = {0};
    int bytes = sizeof(address);
    if (uv_tcp_getsockname(tcp, (struct sockaddr *)&address, &bytes) != 0)
        address.ss_family = AF_UNSPEC;
    return uv_address_text(text, port, &address);
}

uint16_t uv_address_local_port(const uv_tcp_t *tcp)
{
    char text[UV_ADDRESS_BYTES];
    uint16_t port;
    uv_address_own(text, &port, tcp);
    return port;
}

void uv_address_network(struct uv_network *network, const uv_tcp_t *tcp)
{
    struct sockaddr_storage address;
    const struct sockaddr_in *four = (const struct sockaddr_in *)&address;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)&address)->sin6_addr;
    peer_address(&address, tcp);
    memset(network, 0, sizeof(*network));
    if (address.ss_family == AF_INET)
        memcpy(&network->bytes[12], &four->sin_addr, 4);
    else if (address.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(six))
        memcpy(&network->bytes[12], &six->s6_addr[12], 4);
    else if (address.ss_family == AF_INET6)
        memcpy(network->bytes, six->s6_addr, 8);
}
