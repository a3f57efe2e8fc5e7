/*
 * `chat replay FILE`, `ftp replay FILE`: what if a byte, or a frame, had been another? And with --map:
 * what if it had been any of them? See recording_replay.h and replay_map.h.
 */
#ifndef GLASSBOX_REPLAY_COMMAND_H
#define GLASSBOX_REPLAY_COMMAND_H

int replay_main(int argc, char **argv);

#endif
