# SPDX-License-Identifier: GPL-2.0
# fish completion for v2p-query, which says itself what goes where.

# The names of a process's mappings; the kernel's symbols are too many to offer.
function __v2p_query_mappings
    for i in (seq 2 (count $argv))
        if test "$argv[$(math $i - 1)]" = --pid; and string match -qr '^[0-9]+$' -- $argv[$i]
            sed -nE 's/^([^ ]+ +){5}//; s/.*\///; s/ \(deleted\)$//
                /./p' /proc/$argv[$i]/maps 2>/dev/null | sort -u
            return
        end
    end
end

function __v2p_query_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l previous $before[-1]
    set -l command

    if test (count $before) -gt 1; and not string match -q -- '-*' $before[2]
        set command $before[2]
    end
    switch "$previous"
        case --pid
            __fish_complete_pids
            return
        case --comm
            sh -c 'cat /proc/[0-9]*/comm' 2>/dev/null | sort -u
            return
        case --device
            set -l found /sys/bus/pci/devices/* /sys/bus/platform/devices/*
            string replace -r '^/sys/bus/(\w+)/devices/' '$1/' -- $found
            return
        case --plot
            __fish_complete_path $current
            return
        case '-*'
            set -l said ($before[1] $command --complete $previous 2>/dev/null)
            if test (count $said) -gt 0
                # Behind a comma, one more of a list.
                set -l list (string match -r '.*[,+!]' -- $current)
                printf '%s\n' "$list"$said
                return
            end
    end
    if string match -q -- '-*' $current; or test (count $before) -eq 1
        # What goes with a command, where one is named.
        $before[1] --complete "$command" 2>/dev/null
    else if test "$command" = plot; and test "$previous" != --range
        __fish_complete_path $current
    else
        __v2p_query_mappings $before
    end
end

complete -c v2p-query -f -a '(__v2p_query_complete)'
