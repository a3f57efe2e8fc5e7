/* The liar: a blocking server of a dozen commands. */
#include "ftp_liar.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ftp_liar {
    struct ftp_lies lies;
    pthread_t thread;
    int listener, data_listener;
    FILE *control;
    bool has_sent;
    unsigned replies;
    pthread_mutex_t mutex;
    char heard[65536]; /* under it: every line that came */
};

static int listen_somewhere(void)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0 || listen(fd, 8) != 0) {
        perror("ftp_liar");
        abort();
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in own = {0};
    socklen_t bytes = sizeof(own);
    getsockname(fd, (struct sockaddr *)&own, &bytes);
    return ntohs(own.sin_port);
}

/* Lines that end in CR LF, the last one without it. */
static void say(struct ftp_liar *liar, const char *lines)
{
    if (liar->lies.replies > 0 && liar->replies++ >= liar->lies.replies) {
        shutdown(fileno(liar->control), SHUT_RDWR);
        return;
    }
    for (; *lines; lines++)
        if (!liar->lies.bare_lf || *lines != '\r')
            fputc(*lines, liar->control);
    fputs(liar->lies.bare_lf ? "\n" : "\r\n", liar->control);
    fflush(liar->control);
}

static void note(struct ftp_liar *liar, const char *line)
{
    pthread_mutex_lock(&liar->mutex);
    if (strlen(liar->heard) + strlen(line) < sizeof(liar->heard))
        strcat(liar->heard, line);
    pthread_mutex_unlock(&liar->mutex);
}

bool ftp_liar_heard(struct ftp_liar *liar, const char *command)
{
    pthread_mutex_lock(&liar->mutex);
    const char *at = liar->heard;
    while (at && strncmp(at, command, strlen(command)) != 0)
        at = (at = strchr(at, '\n')) ? at + 1 : NULL;
    pthread_mutex_unlock(&liar->mutex);
    return at != NULL;
}

static void passive(struct ftp_liar *liar)
{
    char line[200], port[8];
    const char *form = liar->lies.passive ? liar->lies.passive : "229 Here (|||%u|)", *at;
    if (liar->data_listener >= 0)
        close(liar->data_listener);
    liar->data_listener = listen_somewhere();
    snprintf(port, sizeof(port), "%u", port_of(liar->data_listener));
    at = strstr(form, "%u");
    snprintf(line, sizeof(line), "%.*s%s%s", at ? (int)(at - form) : (int)strlen(form), form,
             at ? port : "", at ? at + 2 : "");
    say(liar, line);
}

/* 227: the same listener as EPSV's. */
static void classic(struct ftp_liar *liar)
{
    char line[80];
    if (liar->data_listener < 0)
        liar->data_listener = listen_somewhere();
    snprintf(line, sizeof(line), "227 Here (127,0,0,1,%u,%u)", port_of(liar->data_listener) >> 8,
             port_of(liar->data_listener) & 255U);
    say(liar, liar->lies.classic ? line : "500 No");
}

/* 426 after a reset, as others say it; RESET is what the tests ask for. */
static void take_data(struct ftp_liar *liar)
{
    char piece[4096];
    ssize_t got = 0;
    say(liar, "150 Send");
    int data = accept(liar->data_listener, NULL, NULL);
    for (unsigned slept = 0; slept < liar->lies.deaf_ms && got == 0; slept += 10) {
        struct pollfd one = {.fd = data};
        poll(&one, 1, 10);
        got = one.revents & (POLLERR | POLLHUP) ? -1 : 0;
    }
    while (data >= 0 && got >= 0 && (got = recv(data, piece, sizeof(piece), 0)) > 0)
        continue;
    note(liar, got < 0 ? "RESET\n" : "END\n");
    close(data);
    say(liar, got < 0 ? "426 Cut" : "226 Done");
}

static void send_data(struct ftp_liar *liar, const char *text, size_t left)
{
    int data;
    liar->has_sent = true;
    say(liar, "150 Here");
    data = accept(liar->data_listener, NULL, NULL);
    while (data >= 0 && left > 0) {
        ssize_t sent = send(data, text, left, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        text += sent;
        left -= (size_t)sent;
    }
    if (liar->lies.stalls)
        recv(data, &(char){0}, 1, 0);
    close(data);
    say(liar, liar->lies.done ? liar->lies.done : "226 Done");
}

static void send_text(struct ftp_liar *liar, const char *text)
{
    send_data(liar, text, strlen(text));
}

static void send_contents(struct ftp_liar *liar)
{
    const struct ftp_lies *lies = &liar->lies;
    if (lies->contents_bytes > 0)
        send_data(liar, lies->contents, lies->contents_bytes);
    else
        send_text(liar, lies->contents ? lies->contents : "hello");
}

static void say_facts(struct ftp_liar *liar)
{
    const struct ftp_lies *lies = &liar->lies;
    const char *facts = liar->has_sent && lies->later ? lies->later : lies->facts;
    say(liar, facts ? facts : "250-Facts:\r\n type=file;size=5; it\r\n250 End");
}

static void say_features(struct ftp_liar *liar)
{
    char text[200];
    snprintf(text, sizeof(text), "211-Features:\r\n%s%s%s SIZE\r\n211 End",
             liar->lies.list ? "" : " MLST type*;size*;modify*;\r\n",
             liar->lies.hash ? " HASH SHA-256*\r\n" : "",
             liar->lies.tar ? " AUTH GLASSBOX\r\n" : "");
    say(liar, text);
}

static void answer(struct ftp_liar *liar, const char *line)
{
    const struct ftp_lies *lies = &liar->lies;
    if (strncmp(line, "FEAT", 4) == 0)
        say_features(liar);
    else if (strncmp(line, "AUTH", 4) == 0 && lies->auth)
        say(liar, lies->auth);
    else if (strncmp(line, "HASH", 4) == 0)
        say(liar, lies->hash ? lies->hash : "500 No");
    else if (strncmp(line, "SIZE", 4) == 0)
        say(liar, lies->size ? lies->size : "550 No");
    else if (strncmp(line, "EPSV", 4) == 0)
        passive(liar);
    else if (strncmp(line, "PASV", 4) == 0)
        classic(liar);
    else if (strncmp(line, "STOR", 4) == 0)
        take_data(liar);
    else if (strncmp(line, "LIST", 4) == 0)
        send_text(liar, lies->list ? lies->list : "");
    else if (strncmp(line, "PWD", 3) == 0)
        say(liar, "257 \"/\" is here");
    else if (strncmp(line, "MLSD", 4) == 0)
        send_text(liar, lies->listing ? lies->listing : "");
    else if (strncmp(line, "MLST", 4) == 0)
        say_facts(liar);
    else if (strncmp(line, "RETR", 4) == 0 || strncmp(line, "SITE TGET", 9) == 0)
        send_contents(liar);
    else if (strncmp(line, "QUIT", 4) == 0)
        say(liar, "221 Bye");
    else
        say(liar, strncmp(line, "USER", 4) == 0 ? "230 Come in" : "200 Yes");
}

static void serve(struct ftp_liar *liar, int fd)
{
    char line[4096];
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)); /* two replies in a row */
    liar->has_sent = false;
    liar->replies = 0;
    liar->control = fdopen(fd, "r+");
    if (!liar->control)
        abort();
    if (liar->lies.greeting)
        fputs(liar->lies.greeting, liar->control);
    else
        say(liar, "220 Welcome");
    fflush(liar->control);
    while (fgets(line, sizeof(line), liar->control)) {
        fseek(liar->control, 0, SEEK_CUR); /* C11 7.21.5.3: between reading and writing */
        note(liar, line);
        answer(liar, line);
    }
    fclose(liar->control);
}

static void *run(void *argument)
{
    struct ftp_liar *liar = argument;
    int fd;
    while ((fd = accept(liar->listener, NULL, NULL)) >= 0)
        serve(liar, fd);
    return NULL;
}

struct ftp_liar *ftp_liar_start(const struct ftp_lies *lies)
{
    struct ftp_liar *liar = calloc(1, sizeof(*liar));
    if (!liar)
        abort();
    liar->lies = *lies;
    liar->data_listener = -1;
    pthread_mutex_init(&liar->mutex, NULL);
    liar->listener = listen_somewhere();
    if (pthread_create(&liar->thread, NULL, run, liar) != 0)
        abort();
    return liar;
}

uint16_t ftp_liar_port(const struct ftp_liar *liar)
{
    return port_of(liar->listener);
}

void ftp_liar_stop(struct ftp_liar *liar)
{
    shutdown(liar->listener, SHUT_RDWR); /* accept returns */
    pthread_join(liar->thread, NULL);
    close(liar->listener);
    if (liar->data_listener >= 0)
        close(liar->data_listener);
    pthread_mutex_destroy(&liar->mutex);
    free(liar);
}
