# SPDX-License-Identifier: Apache-2.0
#
# Part of quickstart.sh: asks the daemon over HTTP and shows what came of it.

question='How much is 15 % of 240, and why is the sky blue? One sentence each.'
native_question='Say in one sentence what a language model is.'

fetch() { curl --silent --show-error --fail-with-body --noproxy '*' --connect-timeout 2 "$@"; }

authorized() { fetch --max-time 10 -H "Authorization: Bearer $key" "$@"; }

# ask MODEL QUESTION: sets answer and duration. A model that is loaded for the first time may take long.
ask() {
    local body begin=$EPOCHREALTIME
    body=$(jq -n --arg model "$1" --arg text "$2" '{model: $model, messages: [{role: "user", content: $text}]}')
    answer=$(authorized --max-time 330 -H 'Content-Type: application/json' -d "$body" "$base/chat/completions") ||
        { moe_say "The daemon answered: $answer"; fail_with "$log" "Asking $1 failed."; }
    duration=$(milliseconds_since "$begin")
    jq -e '.choices[0].message.content | type == "string" and length > 0' <<<"$answer" >/dev/null ||
        { moe_say "The daemon answered: $answer"; fail_with "$log" "The answer of $1 has no text."; }
}

show_text() {
    jq -r '.choices[0].message.content | sub("^\\s+"; "") | sub("\\s+$"; "")' <<<"$answer" |
        fmt -s -w 110 | sed 's/^/  /'
}

show_path() {
    jq -r --arg total "$duration" '
        def tokens: "\(.prompt_tokens) tokens in, \(.completion_tokens) out";
        .moe |
        "The path through the pipeline (\($total) ms in all)",
        "  plan: " + ([.plan[] | "\(.category) – \(.task | gsub("\\s+"; " ") | .[0:70])"] | join("; ")),
        (.nodes[] as $node |
            "  \($node.node): \($node.ms) ms, \($node.outcome)",
            (.usage_breakdown[] | select(.node == $node.node) |
                "    \(.purpose): \(.model) on \(.server), \(.ms) ms, \(tokens)")),
        (.degraded[] | "  note: \(.)")' <<<"$answer"
}

# A model that chats, by what the daemon lists: of the orchestrator's calls, one that was answered.
native_model() {
    jq -r '[.moe.usage_breakdown[] | select(.completion_tokens > 0) | .model] | last // empty' <<<"$answer"
}

warn_if_simulated() {
    ! authorized "$base/models" | jq -e 'any(.data[]; .id | startswith("simulated-chat"))' >/dev/null ||
        say "" "NO OLLAMA WITH A CHAT MODEL WAS FOUND: two simulated nodes stand in for it." \
            "THE ANSWERS BELOW ARE SIMULATED; they are scripted and come from no model."
}

ask_questions() {
    local model
    warn_if_simulated
    ask moe-orchestrator "$question"
    say "" "Asked moe-orchestrator: $question" "" "$(show_text)" "" "$(show_path)"
    model=$(native_model)
    [ -n "$model" ] || fail_with "$log" "No model took part in the answer."
    ask "$model" "$native_question"
    say "" "Asked $model directly: $native_question ($duration ms)" "" "$(show_text)"
}
