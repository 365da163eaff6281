// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What a worker process takes from itself. There is no way back.
namespace moe::tools {

/// At once: no core files, no files written, little memory, no new privileges, no descriptors but the standard ones and
/// `descriptor`, and an end when the thread that started the process ends.
[[nodiscard]] bool limitResources(int descriptor);

/// Once everything is loaded: only what a calculation needs of the kernel, so no files, sockets, programs, processes or
/// threads. Whatever else is asked for fails with EPERM.
[[nodiscard]] bool denySystemCalls();

/// The process is ended once it has used so many further seconds of CPU. Whole seconds, rounded up.
void limitCpuTime(int seconds);

}
