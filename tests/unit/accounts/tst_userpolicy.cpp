// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/userpolicy.h"

#include <QTest>

using namespace moe;
using namespace moe::accounts;
using namespace Qt::StringLiterals;

class UserPolicyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsAllowedByDefault()
    {
        const UserPolicy nobody;
        for (const auto &[type, name] : permissionTypeNames) {
            QVERIFY(!nobody.allows(type, u"x"_s));
            QVERIFY(!nobody.allows(type, u"*"_s));
            QVERIFY(!nobody.allows(type, QString()));
        }
        QVERIFY(!nobody.allowsModel(u"m:1b"_s, u"N1"_s));
        QVERIFY(!nobody.allowsMode(u"moe-orchestrator"_s, u"moe_orchestrated"_s));
    }

    void oneTypeSaysNothingOfAnother()
    {
        for (const auto &[granted, name] : permissionTypeNames) {
            const UserPolicy policy({{granted, u"*"_s}});
            for (const auto &[asked, otherName] : permissionTypeNames)
                QCOMPARE(policy.allows(asked, u"anything"_s), asked == granted);
        }
    }

    void models()
    {
        const UserPolicy policy(
            {{PermissionType::ModelEndpoint, u"m:1b@N1"_s}, {PermissionType::ModelEndpoint, u"*@N2"_s}});
        QVERIFY(policy.allowsModel(u"m:1b"_s, u"N1"_s));
        QVERIFY(!policy.allowsModel(u"m:2b"_s, u"N1"_s));
        QVERIFY(!policy.allowsModel(u"M:1b"_s, u"N1"_s));
        QVERIFY(policy.allowsModel(u"m:2b"_s, u"N2"_s));
        QVERIFY(!policy.allowsModel(u"m:1b"_s, u"N3"_s));
        QVERIFY(!policy.allowsModel(u"*"_s, u"N1"_s)); // a name is not a pattern
        QVERIFY(UserPolicy({{PermissionType::ModelEndpoint, u"*"_s}}).allowsModel(u"m:1b"_s, u"N3"_s));
    }

    void modes()
    {
        const UserPolicy byClass({{PermissionType::MoeMode, u"moe_orchestrated"_s}});
        QVERIFY(byClass.allowsMode(u"moe-orchestrator-code"_s, u"moe_orchestrated"_s));
        QVERIFY(!byClass.allowsMode(u"moe-orchestrator-research"_s, u"moe_reasoning"_s));
        const UserPolicy byId({{PermissionType::MoeMode, u"moe-orchestrator-code"_s}});
        QVERIFY(byId.allowsMode(u"moe-orchestrator-code"_s, u"moe_orchestrated"_s));
        QVERIFY(!byId.allowsMode(u"moe-orchestrator"_s, u"moe_orchestrated"_s));
    }

    void nativeHasAnOldName()
    {
        QVERIFY(UserPolicy({{PermissionType::MoeMode, u"native"_s}}).allows(PermissionType::MoeMode, u"moe_native"_s));
        QVERIFY(UserPolicy({{PermissionType::MoeMode, u"moe_native"_s}}).allows(PermissionType::MoeMode, u"native"_s));
        QVERIFY(!UserPolicy({{PermissionType::Skill, u"native"_s}}).allows(PermissionType::Skill, u"moe_native"_s));
    }

    void latestIsTheTagThatIsNotNamed()
    {
        const UserPolicy policy({{PermissionType::ModelEndpoint, u"m:latest@N1"_s}});
        QVERIFY(policy.allowsModel(u"m"_s, u"N1"_s));
        QVERIFY(!policy.allowsModel(u"m:1b"_s, u"N1"_s));
        QVERIFY(!policy.allowsModel(u"m"_s, u"N2"_s));
        QCOMPARE(canonicalResource(PermissionType::ModelEndpoint, u"m:latest@N1"_s), u"m@N1"_s);
        QCOMPARE(canonicalResource(PermissionType::ModelEndpoint, u"*@N1"_s), u"*@N1"_s);
        QCOMPARE(canonicalResource(PermissionType::Skill, u"m:latest@N1"_s), u"m:latest@N1"_s);
    }

    void refusalNamesTypeAndResource()
    {
        const Error error = permissionDenied(PermissionType::McpTool, u"calculate"_s);
        QCOMPARE(error.code, ErrorCode::PermissionDenied);
        QVERIFY(error.message.contains(u"mcp_tool"));
        QVERIFY(error.message.contains(u"\"calculate\""));
    }

    void names()
    {
        for (const auto &[type, name] : permissionTypeNames)
            QCOMPARE(permissionTypeNamed(QString(permissionTypeName(type))), std::optional(type));
        QVERIFY(!permissionTypeNamed(u"model"));
        QVERIFY(!permissionTypeNamed(u""));
    }
};

QTEST_GUILESS_MAIN(UserPolicyTest)
#include "tst_userpolicy.moc"
