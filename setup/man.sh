#!/bin/sh
# Prints the manual page of a program, made from its own --help, so that the two cannot disagree.
# Usage: setup/man.sh PROGRAM_FILE NAME   (bin/keytool keytool), for glassbox-NAME(1)
set -eu

program=$1
name=$2

escape() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"
}

# A table of commands says so in its first line.
commands_of() {
    LC_ALL=C "$@" --help | sed -n '1{/ COMMAND \[OPTION\.\.\.\]/!q;}; s/^  \([a-z][a-z-]*\) .*/\1/p'
}

section() { # command line...
    printf '.SS "%s"\n.nf\n' "$(echo "$*" | sed "s|^$program|$name|" | escape)"
    LC_ALL=C "$@" --help | escape
    echo .fi
    for command in $(commands_of "$@"); do
        section "$@" "$command"
    done
}

cat <<PAGE
.TH "GLASSBOX\-$(echo "$name" | tr '[:lower:]' '[:upper:]')" 1 "" Glassbox Glassbox
.SH NAME
glassbox\-$name \- $(LC_ALL=C "$program" --help | sed -n 2p | sed 's/\.$//' | escape)
.SH SYNOPSIS
.B glassbox $name
.I COMMAND
[\fIOPTION\fR...]
.SH DESCRIPTION
A program of Glassbox, crypto in a glass box: for learning, and not audited. Every command explains
itself with
.BR \-\-help ;
this page is what they say.
.SH COMMANDS
PAGE
section "$program"
cat <<'PAGE'
.SH ENVIRONMENT
.TP
.B GLASSBOX_HOME
Where keys and lists are, unless
.B \-\-home
says so; else
.IR $XDG_CONFIG_HOME/glassbox ,
else
.IR ~/.config/glassbox .
.TP
.B NO_COLOR
If it is set, nothing is coloured.
.SH "EXIT STATUS"
0 done, 1 failed, 2 wrong usage, 3 not allowed (a key was refused), 4 the peer's key changed.
.SH "SEE ALSO"
.BR glassbox (1);
the files and formats in
.IR share/doc/glassbox .
PAGE
