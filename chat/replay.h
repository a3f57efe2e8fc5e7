/*
 * `chat replay FILE`: what if a byte, or a frame, had been another? See
 * channel/explain/recording_replay.h.
 */
#ifndef GLASSBOX_CHAT_REPLAY_H
#define GLASSBOX_CHAT_REPLAY_H

int replay_main(int argc, char **argv);

#endif
