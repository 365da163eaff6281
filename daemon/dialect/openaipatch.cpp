// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaipatch.h"

#include "shared/wire/jsonscan.h"

#include <vector>

namespace moe::dialect {

using json::Kind;
using json::Span;

namespace {

// Collects what to write where during one pass over the body, then copies once.
class Patcher
{
public:
    explicit Patcher(QByteArrayView body, const RequestPatch &patch) : m_body(body), m_patch(patch), m_cursor(body) { }

    QByteArray patched()
    {
        const Span object = m_cursor.object([this](QByteArrayView key) { visit(key); });
        if (m_patch.model && !m_hasModel)
            m_missing += "\"model\":" + json::quoted(*m_patch.model) + ',';
        if (m_patch.isStream.value_or(false) && !m_hasStream)
            m_missing += "\"stream\":true,";
        if (m_patch.includeUsage && !m_hasOptions)
            m_missing += "\"stream_options\":{\"include_usage\":true},";
        if (!m_hasMembers && !m_missing.isEmpty())
            m_missing.chop(1);
        return assembled(object.begin + 1);
    }

private:
    struct Edit {
        Span span;
        QByteArray replacement;
    };

    void visit(QByteArrayView key)
    {
        m_hasMembers = true;
        if (key == "model" && m_patch.model) {
            m_hasModel = true;
            const Span old = m_cursor.skip();
            if (json::unescaped(m_body, old) != *m_patch.model || old.kind != Kind::String)
                m_edits.push_back({old, json::quoted(*m_patch.model)});
        } else if (key == "stream" && m_patch.isStream) {
            m_hasStream = true;
            const Span old = m_cursor.skip();
            if (json::boolean(m_body, old) != m_patch.isStream)
                m_edits.push_back({old, *m_patch.isStream ? "true" : "false"});
        } else if (key == "stream_options" && m_patch.includeUsage) {
            m_hasOptions = true;
            patchOptions(m_cursor.skip());
        }
    }

    void patchOptions(Span options)
    {
        const auto old = json::member(m_body, options, "include_usage");
        if (old && json::boolean(m_body, *old) == true)
            return;
        m_edits.push_back({options,
                           options.kind == Kind::Object ? json::withMember(options.in(m_body), "include_usage", "true")
                                                        : QByteArray("{\"include_usage\":true}")});
    }

    QByteArray assembled(qsizetype front) const
    {
        if (m_edits.empty() && m_missing.isEmpty())
            return m_body.toByteArray();
        QByteArray out;
        qsizetype size = m_body.size() + m_missing.size();
        for (const Edit &edit : m_edits)
            size += edit.replacement.size();
        out.reserve(size);
        out += m_body.first(front);
        out += m_missing;
        qsizetype copied = front;
        for (const Edit &edit : m_edits) {
            out += m_body.sliced(copied, edit.span.begin - copied);
            out += edit.replacement;
            copied = edit.span.end;
        }
        out += m_body.sliced(copied);
        return out;
    }

    QByteArrayView m_body;
    const RequestPatch &m_patch;
    json::Cursor m_cursor;
    std::vector<Edit> m_edits;
    QByteArray m_missing;
    bool m_hasMembers = false;
    bool m_hasModel = false;
    bool m_hasStream = false;
    bool m_hasOptions = false;
};

}

QByteArray patchedRequest(QByteArrayView body, const RequestPatch &patch) { return Patcher(body, patch).patched(); }

}
