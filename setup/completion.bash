# Completion of glassbox for bash: programs, commands, options and their values, names of keys, files.
#
# Nothing is listed here: the programs are asked, by --help, so that completion knows what they know.
# shellcheck shell=bash disable=SC2207

_glassbox_commands() { # command line...
    LC_ALL=C "$@" --help 2>/dev/null | sed -n '1{/ COMMAND \[OPTION\.\.\.\]/!q;}; s/^  \([a-z][a-z-]*\) .*/\1/p'
}

_glassbox_options() { # command line...
    LC_ALL=C "$@" --help 2>/dev/null | sed -n 's/^ \{2,6\}\(-., \)\{0,1\}\(--[a-z0-9-]*\)\(=\{0,1\}\).*/\2\3/p'
}

# The first column of a table, where it is to be had: names of keys, of people in the allow-list, of groups, numbers of
# refused keys. And the ciphers.
_glassbox_names() { # glassbox, program, commands...
    local table=(list)
    case "${*:2}" in
        "keytool allow set" | "keytool allow remove" | "keytool allow export") table=(allow list) ;;
        "keytool allow accept" | "keytool allow reject") table=(allow pending) ;;
        "cipher encrypt" | "cipher decrypt")
            "$1" cipher list --json 2>/dev/null | sed -n 's/^    "name": "\(.*\)",$/\1/p'
            return
            ;;
        "keytool group show" | "keytool group check" | "keytool walk dh") table=(group list) ;;
        "lesson start" | "lesson read" | "lesson reset" | "lesson done")
            "$1" lesson list 2>/dev/null | sed -n 's/^\([0-9][0-9]\)  .*/\1/p'
            return
            ;;
    esac
    LC_ALL=C "$1" keytool "${table[@]}" 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# What the option takes, as --help names it: FILE, csv|pkcs1|..., or nothing if it takes no value.
_glassbox_takes() { # option, command line...
    LC_ALL=C "${@:2}" --help 2>/dev/null | sed -n -e "s/^ \{2,6\}\(-., \)\{0,1\}$1=\([^ ]*\).*/\2/p" -e "s/^ \{2,6\}$1, --[a-z0-9-]*=\([^ ]*\).*/\1/p"
}

# Values of an option: words in lower case are values themselves, others say of what kind they are.
_glassbox_values() { # kind, value so far, glassbox, program, commands...
    case "|$1|" in *"|FILE|"*) compgen -f -- "$2" ;; *"|DIR|"*) compgen -d -- "$2" ;; esac
    case "|$1|" in *"|KEY|"* | "|NAME|FILE|") compgen -W "$(LC_ALL=C "$3" keytool list 2>/dev/null | awk 'NR > 1 { print $1 }')" -- "$2" ;; esac
    compgen -W "$(tr '|' '\n' <<<"$1" | grep -v '[A-Z]')" -- "$2"
}

# The option whose value is being typed: --format=cs, which bash takes apart or not, or --format cs. Sets option and value.
_glassbox_option() {
    local before=${COMP_WORDS[COMP_CWORD - 1]}
    value=${COMP_WORDS[COMP_CWORD]} option=
    case $value in
        =) option=$before value= ;;
        --*=*) option=${value%%=*} value=${value#*=} ;;
        *) case $before in
            =) option=${COMP_WORDS[COMP_CWORD - 2]} ;;
            -*) option=$before ;;
        esac ;;
    esac
}

_glassbox() {
    local word=${COMP_WORDS[COMP_CWORD]} line=("${COMP_WORDS[0]}") candidates i option value kind
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "help $("${line[0]}" help 2>/dev/null | sed -n 's/^  //p')" -- "$word"))
        return
    fi
    # The program, and as many of its commands as are typed.
    line+=("${COMP_WORDS[1]}")
    for ((i = 2; i < COMP_CWORD; i++)); do
        candidates=$(_glassbox_commands "${line[@]}")
        [[ $'\n'$candidates$'\n' == *$'\n'"${COMP_WORDS[i]}"$'\n'* ]] || break
        line+=("${COMP_WORDS[i]}")
    done
    candidates=$(_glassbox_commands "${line[@]}")
    _glassbox_option
    kind=
    [ -n "$option" ] && kind=$(_glassbox_takes "$option" "${line[@]}")
    if [ -n "$kind" ]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(_glassbox_values "$kind" "$value" "${line[@]}"))
        [[ $word == --*=* ]] && COMPREPLY=("${COMPREPLY[@]/#/$option=}")
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$(_glassbox_options "${line[@]}")" -- "$word"))
        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    elif [ -n "$candidates" ]; then
        COMPREPLY=($(compgen -W "$candidates" -- "$word"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -W "$(_glassbox_names "${line[@]}")" -- "$word") $(compgen -f -- "$word"))
    fi
}

complete -F _glassbox glassbox
