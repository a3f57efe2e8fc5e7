/*
 * What a server does with its files on several threads, under ThreadSanitizer: it logs from all of
 * them, reopens the log meanwhile, and writes what it has seen while another thread records.
 */
#include "event_log.h"
#include "known_peers.h"
#include "scratch.h"
#include "small_keys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOGGERS 3
#define EVENTS  300
#define ROUNDS  20

static struct event_log *event_log;

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "server_files: %s\n", what);
    abort();
}

static void *write_events(void *name)
{
    for (int i = 0; i < EVENTS; i++)
        event_log_write(event_log, "event", "name", (const char *)name, NULL);
    return NULL;
}

static void *write_changes(void *changes)
{
    struct problem problem = {0};
    require(peer_changes_write(changes, &problem), problem.message);
    peer_changes_free(changes);
    return NULL;
}

static void record(struct known_clients *clients, int round)
{
    for (int i = 0; i < 5; i++) {
        char address[32];
        struct rsa_key *key = small_key((unsigned)i);
        snprintf(address, sizeof(address), "10.0.%d.%d", round, i);
        known_clients_record(clients, address, key, "guest", NULL);
        rsa_key_free(key);
    }
}

static void record_and_save(const char *folder)
{
    char *path = scratch_path(folder, "known_clients.csv");
    struct known_clients *clients;
    struct problem problem = {0};
    pthread_t writer;
    require(known_clients_open(&clients, path, &problem), problem.message);
    record(clients, 0);
    for (int round = 1; round <= ROUNDS; round++) {
        pthread_create(&writer, NULL, write_changes, known_clients_changes(clients));
        record(clients, round); /* while the other writes */
        require(event_log_reopen(event_log, &problem), problem.message);
        pthread_join(writer, NULL);
    }
    known_clients_free(clients);
    free(path);
}

int main(void)
{
    static char names[LOGGERS][8] = {"anna", "boris", "eve"};
    char *folder = scratch_new(), *path = scratch_path(folder, "log");
    pthread_t loggers[LOGGERS];
    struct problem problem = {0};
    require(event_log_open(&event_log, path, NULL, NULL, &problem), problem.message);
    for (int i = 0; i < LOGGERS; i++)
        pthread_create(&loggers[i], NULL, write_events, names[i]);
    record_and_save(folder);
    for (int i = 0; i < LOGGERS; i++)
        pthread_join(loggers[i], NULL);
    event_log_close(event_log);

    size_t lines = 0;
    char *text = scratch_read(folder, "log");
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    require(lines == LOGGERS * EVENTS, "lines were lost or torn");
    free(text);
    text = scratch_read(folder, "known_clients.csv");
    require(strstr(text, "10.0.0.0") && strstr(text, "10.0.19.4"), "clients were lost");
    free(text);
    free(path);
    scratch_remove(folder);
    return 0;
}
