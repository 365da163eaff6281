#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# From a clean machine to a first answer: installs what is missing, builds, starts the daemon, asks two questions.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/release/bin
default_data=${XDG_STATE_HOME:-${HOME:-/root}/.local/state}/sovereign-moe-quickstart
data=$default_data
is_once=
is_stop=

usage() {
    cat <<END
Usage: packaging/quickstart.sh [--once] [--data-dir DIR] | --stop [--data-dir DIR]
Installs what is missing, builds, starts the daemon, asks it two questions, and leaves it running.

  --once          stop everything again at the end
  --stop          stop what an earlier run left running
  --data-dir DIR  where the daemon keeps its data ($default_data)

It uses the Ollama at OLLAMA_HOST or 127.0.0.1:11434; if there is none, it starts two simulated nodes.
END
}

while [ $# -gt 0 ]; do
    case $1 in
        --once) is_once=1 ;;
        --stop) is_stop=1 ;;
        --data-dir) [ $# -gt 1 ] || { usage >&2; exit 2; }; data=$2; shift ;;
        --data-dir=*) data=${1#*=} ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

[[ $data == /* ]] || data=$PWD/$data
data_option=
[ "$data" = "$default_data" ] || data_option=" --data-dir $data"

. "$root/packaging/dependencies.sh"
. "$root/packaging/quickstart/processes.sh"
. "$root/packaging/quickstart/questions.sh"

log=$data/moed.log
node_config=$root/packaging/quickstart/simulated-node.json

build() {
    local build_log=$root/build/quickstart-build.log
    mkdir -p "$root/build"
    moe_watch_build "$build_log" bash -c 'cd "$1" && cmake --preset release &&
        cmake --build --preset release --target moed moectl moe-simnode' - "$root" ||
        fail_with "$build_log" "Building failed."
}

# The address of Ollama as a URL: OLLAMA_HOST also takes a bare host, a bare port and the address to listen on.
ollama_url() {
    local host=${OLLAMA_HOST:-127.0.0.1}
    if [[ $host != *://* ]]; then
        [[ $host != :* ]] || host=127.0.0.1$host
        [[ $host == *:* ]] || host+=:11434
        host=http://$host
    fi
    host=${host/'://0.0.0.0'/'://127.0.0.1'}
    printf '%s\n' "${host%/}"
}

# The smallest model that chats, of the Ollama at $1; nothing if there is none.
chat_model_of() {
    local model models
    models=$(fetch --max-time 5 "$1/api/tags" 2>/dev/null |
        jq -r '.models | sort_by(.size)[].name' 2>/dev/null) || return 0
    for model in $models; do
        # Old versions tell no capabilities; embedding models then show by their family.
        if fetch --max-time 5 "$1/api/show" -d "{\"model\": \"$model\"}" 2>/dev/null |
            jq -e 'if .capabilities then .capabilities | index("completion") != null
                   else .details.family | test("bert") | not end' >/dev/null 2>&1; then
            echo "$model"
            return
        fi
    done
}

# Sets servers (variables for the daemon) and says what answers.
choose_servers() {
    local url model
    url=$(ollama_url)
    model=$(chat_model_of "$url")
    if [ -n "$model" ]; then
        servers=("OLLAMA_HOST=$url")
        say "Using the Ollama at $url."
        return
    fi
    start_simulated_nodes
    # One for the experts, one for the judge: then a glance at the path tells who did what.
    servers=("INFERENCE_SERVERS=[
            {\"name\": \"sim-1\", \"url\": \"http://127.0.0.1:$(port_of "$data/node-1.json")\", \"parallel\": 2},
            {\"name\": \"sim-2\", \"url\": \"http://127.0.0.1:$(port_of "$data/node-2.json")\", \"parallel\": 2}]"
        'CLUSTER_HARDWARE={"nodes": [
            {"server": "sim-1", "models": ["simulated-chat:4b", "simulated-embed"]},
            {"server": "sim-2", "models": ["simulated-judge:32b"]}]}')
}

start_simulated_nodes() {
    local number
    for number in 1 2; do
        rm -f "$data/node-$number.json"
        start "$data/node-$number.log" "$bin/moe-simnode" --config "$node_config" --ready-file "$data/node-$number.json"
        wait_for_file "$data/node-$number.json" 10 "$data/node-$number.log" "A simulated node does not start."
    done
}

# A port of ours if it is free; else 0, and the daemon picks one.
port_or_free() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        say "Port $1 is taken; the $2 gets a free one."
        chosen_port=0
    else
        chosen_port=$1
    fi
}

start_daemon() {
    local ports=() begin=$EPOCHREALTIME
    port_or_free 8002 "client API"; ports+=(--api-port "$chosen_port")
    port_or_free 8003 "tool server"; ports+=(--mcp-port "$chosen_port")
    port_or_free 8088 "control port"; ports+=(--control-port "$chosen_port")
    rm -f "$data/ready.json"
    # Nothing but what is said here shall matter: embedded defaults, whatever the shell has set.
    start "$log" env -i "PATH=$PATH" "HOME=${HOME:-/root}" LANG=C.UTF-8 "${servers[@]}" \
        "$bin/moed" --data-dir "$data" "${ports[@]}" --log-format text
    wait_for_file "$data/ready.json" 30 "$log" "The daemon does not start."
    say "The daemon serves (started in $(milliseconds_since "$begin") ms, process $(jq .pid "$data/ready.json"))."
}

# Sets key: the one of an earlier run if it still works, else a new one.
provide_key() {
    local answer
    key=
    if ! moectl user list | jq -e 'any(.items[]; .name == "quickstart")' >/dev/null; then
        moectl user add quickstart >/dev/null
        say "User \"quickstart\" added."
    fi
    # Each time: a user of an earlier version may have none.
    moectl permission grant --user quickstart --type moe_mode --resource '*' >/dev/null
    moectl permission grant --user quickstart --type model_endpoint --resource '*' >/dev/null
    if [ -s "$data/quickstart-key" ]; then
        key=$(<"$data/quickstart-key")
        authorized "$base/models" >/dev/null 2>&1 && return
    fi
    answer=$(moectl key create --user quickstart --label quickstart)
    key=$(jq -r .key <<<"$answer")
    (umask 077; printf '%s\n' "$key" >"$data/quickstart-key")
    say "API key created and kept in $data/quickstart-key."
}

moectl() { "$bin/moectl" --data-dir "$data" --json "$@" || fail_with "$log" "moectl $1 $2 failed."; }

how_to_go_on() {
    cat <<END

How to go on
  Base URL  $base
  API key   $key
  Try       curl $base/chat/completions -H "Authorization: Bearer $key" \\
              -d '{"model": "moe-orchestrator", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'
  Models    curl $base/models -H "Authorization: Bearer $key"
  Keys      $bin/moectl --data-dir $data key list
  Log       $log
  Stop      packaging/quickstart.sh --stop$data_option
END
}

is_running() { is_process "$data/ready.json" moed; }

main() {
    if [ -n "$is_stop" ]; then
        command -v jq >/dev/null || moe_fail "Nothing is running: quickstart.sh was not run here before."
        if stop_recorded; then say "Stopped."; else say "Nothing was running."; fi
        exit 0
    fi
    moe_require build
    (umask 077; mkdir -p "$data")
    exec 9>"$data/quickstart.lock"
    flock -n 9 || moe_fail "Another quickstart.sh is at work on $data."
    build
    if is_running; then
        say "The daemon of an earlier run still serves (process $(jq .pid "$data/ready.json")) and is asked." \
            "To start afresh, first run: packaging/quickstart.sh --stop$data_option"
        [ -z "$is_once" ] || say "It was not started by this run, so --once leaves it running."
    else
        stop_recorded || true
        trap stop_started EXIT
        trap 'exit 130' INT TERM
        choose_servers
        start_daemon
    fi
    base=http://127.0.0.1:$(jq .api "$data/ready.json")/v1
    provide_key
    ask_questions
    if is_own_run && [ -n "$is_once" ]; then
        say "" "Stopping everything (--once)."
        stop_started || moe_fail "Not everything could be stopped in an orderly way; see $log."
    else
        how_to_go_on
    fi
    trap - EXIT
}

main
