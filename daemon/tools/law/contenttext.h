// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

QT_FORWARD_DECLARE_CLASS(QXmlStreamReader)

namespace moe::law {

/// The text of the element that the reader has just begun, up to its end: a line for each paragraph, item of a list
/// (indented by its depth) and row of a table (" | " between cells). Raised figures stay what they are (m²), signs for
/// footnotes go, an image is named as one. An error is raised on the reader: what is nested deeper than any law, an
/// entity that is not known.
[[nodiscard]] QString readContentText(QXmlStreamReader &xml);

/// The same in one line.
[[nodiscard]] QString readContentLine(QXmlStreamReader &xml);

}
