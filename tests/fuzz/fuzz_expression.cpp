// SPDX-License-Identifier: Apache-2.0
// Whatever is given as an expression or equation: reading ends, and what was read is a tree of bounded size.
#include "daemon/tools/algebra/expression.h"

#include <cstdlib>

using namespace moe;
using namespace moe::tools;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

void checkTree(const Expression &expression, bool hasVariable)
{
    require(!expression.nodes.empty() && expression.nodes.size() <= mostNodes);
    require(hasVariable || !expression.contains(Node::Kind::Variable));
    for (int i = 0; i < int(expression.nodes.size()); ++i) {
        const Node &node = expression.nodes[size_t(i)];
        require(node.left < i && node.right < i && (node.right < 0 || node.left >= 0));
        const bool isLeaf = node.kind == Node::Kind::Number || node.kind == Node::Kind::Pi
            || node.kind == Node::Kind::Euler || node.kind == Node::Kind::Variable;
        require(isLeaf == (node.left < 0));
        for (const char digit : node.digits)
            require(digit >= '0' && digit <= '9');
    }
}

void checkError(const Error &error)
{
    require(error.code == ErrorCode::InvalidRequest && !error.reason.isEmpty());
    require(!error.message.isEmpty() && error.message.size() < 500);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto expression = parseExpression(text))
        checkTree(*expression, false);
    else
        checkError(expression.error());
    if (const auto equation = parseEquation(text, QStringLiteral("x"))) {
        checkTree(equation->left, true);
        checkTree(equation->right, true);
    } else {
        checkError(equation.error());
    }
    return 0;
}
