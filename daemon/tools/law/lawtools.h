// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/tool.h"

namespace moe::law {

/// legal_search_laws, legal_get_law_overview, legal_get_paragraph, legal_fulltext_search. They ask nobody but the
/// index, which outlives them.
[[nodiscard]] tools::ToolList lawTools(LawIndex &index);

}
