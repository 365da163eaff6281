# SPDX-License-Identifier: Apache-2.0
#
# Part of quickstart.sh: starting, awaiting and stopping processes, always by their number and with a limit.

started=()  # numbers of the processes this run started, in order

say() { printf '%s\n' "$@"; }

# fail_with LOG MESSAGE: the message and what the log says last.
fail_with() {
    moe_say "$2"
    if [ -s "$1" ]; then
        moe_say "The last lines of $1:"
        tail -n 25 "$1" >&2
    fi
    exit 1
}

milliseconds_since() { echo $(((${EPOCHREALTIME/./} - ${1/./}) / 1000)); }

# A process that has ended may wait to be reaped by somebody who never does.
is_alive() { [ -e "/proc/$1" ] && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

# start LOG COMMAND…: in the background, surviving this terminal.
start() {
    local log=$1
    shift
    setsid "$@" </dev/null >"$log" 2>&1 9>&- &
    started+=($!)
}

is_own_run() { [ ${#started[@]} -gt 0 ]; }

# wait_for_file FILE SECONDS LOG MESSAGE: of the process started last.
wait_for_file() {
    local until=$((SECONDS + $2)) pid=${started[-1]}
    while [ ! -s "$1" ]; do
        is_alive "$pid" || fail_with "$3" "$4"
        [ $SECONDS -lt $until ] || fail_with "$3" "$4 Nothing was heard of it for $2 seconds."
        sleep 0.05
    done
}

port_of() { jq .port "$1"; }

# Whether the file tells the number of a process that lives and has the name: numbers are used again.
is_process() {
    local pid
    pid=$(jq -e .pid "$1" 2>/dev/null) && is_alive "$pid" &&
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ]
}

# The daemon drains for up to 30 seconds.
stop_pid() {
    local until=$((SECONDS + 40))
    kill "$1" 2>/dev/null || return 0
    while is_alive "$1"; do
        [ $SECONDS -lt $until ] || { kill -KILL "$1" 2>/dev/null; return 1; }
        sleep 0.05
    done
}

# What this run started, the daemon first.
stop_started() {
    local i status=0
    for ((i = ${#started[@]} - 1; i >= 0; --i)); do
        stop_pid "${started[i]}" && wait "${started[i]}" || status=1
    done
    started=()
    return $status
}

# What an earlier run left running; fails if that is nothing.
stop_recorded() {
    local entry found=1
    for entry in ready.json:moed node-1.json:moe-simnode node-2.json:moe-simnode; do
        if is_process "$data/${entry%:*}" "${entry#*:}"; then
            found=0
            stop_pid "$(jq .pid "$data/${entry%:*}")" || moe_say "${entry#*:} had to be killed."
        fi
    done
    return $found
}

# moe_watch_build LOG COMMAND…: quiet if it is quick; else says now and then how far it is.
moe_watch_build() {
    local log=$1 pid begin=$SECONDS next=5 step
    shift
    "$@" >"$log" 2>&1 9>&- &
    pid=$!
    while is_alive $pid; do
        if [ $((SECONDS - begin)) -ge $next ]; then
            [ $next -gt 5 ] || say "Building; the first time takes some minutes. Log: $log"
            step=$(grep -o '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 1) || step=
            [ -z "$step" ] || say "  $step after $((SECONDS - begin)) s"
            next=$((next + 30))
        fi
        sleep 0.2
    done
    wait $pid
}
