/*
 * Mails as they lie in a mailbox: bodies in base64 (RFC 2045 6.8), made readable.
 */
#ifndef GLASSBOX_LESSON_MAIL_H
#define GLASSBOX_LESSON_MAIL_H

/* Puts what a body in base64 says in its place, in each part that has the header
 * "Content-Transfer-Encoding: base64"; all else stays. In place, for it is shorter; returns text.
 * Without memory, or if a body is no base64, the body stays too. */
char *mail_decode(char *text);

#endif
