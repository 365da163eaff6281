// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moe {

/// Has the process, and what it starts, use UTF-8 where its locale says otherwise (cron, LANG=C): all our texts are in
/// it, and Qt complains of anything else. Before there is an application or a thread.
void useUtf8();

}
