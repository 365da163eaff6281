# SPDX-License-Identifier: Apache-2.0
"""Every linter has to find the bad example and to leave the good one alone."""

import os
import tempfile
import unittest
from pathlib import Path

import lint_coroutines
import lint_format
import lint_includes
import lint_platform
import sources
from sources import Source, code_only


def messages(linter, path: str, text: str) -> list[str]:
    return [finding.message for finding in linter.check(Source(path, text))]


class Noise(unittest.TestCase):
    def test_positions_stay(self):
        text = 'a /* "x\n */ "b//c\\"" \'"\' R"t(")" // )t" // end\n1\'000 d'
        code = code_only(text)
        self.assertEqual(len(code), len(text))
        self.assertEqual(code.count("\n"), text.count("\n"))
        for hidden in ("x", "b", "c", "end", "//", "/*"):
            self.assertNotIn(hidden, code)
        self.assertTrue(code.endswith("1'000 d"))


class Includes(unittest.TestCase):
    def includes(self, path: str, *headers: str) -> int:
        return len(messages(lint_includes, path, "".join(f"#include {header}\n" for header in headers)))

    def test_bad_edges_are_found(self):
        for path, header in (
            ("shared/core/a.h", "shared/async/task.h"),
            ("shared/model/a.h", "shared/wire/jsonscan.h"),
            ("shared/client/a.h", "daemon/app/configuration.h"),
            ("daemon/api/a.cpp", "daemon/storage/sqlite/accounts.h"),
            ("daemon/accounts/a.cpp", "daemon/storage/dbexecutor.h"),
            ("daemon/accounts/a.cpp", "daemon/http/listener.h"),
            ("daemon/dialect/a.cpp", "daemon/inference/modelclient.h"),
            ("daemon/inference/a.cpp", "daemon/api/models.h"),
            ("daemon/app/a.cpp", "gui/models/usermodel.h"),
            ("gui/pages/a.cpp", "daemon/accounts/userstore.h"),
            ("gui/app/a.cpp", "daemon/accounts/userstore.h"),
            ("tests/support/a.cpp", "daemon/http/listener.h"),
            ("daemon/unheardof/a.cpp", "shared/core/result.h"),
            ("daemon/app/a.cpp", "daemon/unheardof/a.h"),
            ("daemon/storage/oracle/a.cpp", "shared/core/result.h"),
            ("shared/core/a.cpp", "result.h"),
            ("shared/core/a.cpp", "../core/result.h"),
            ("shared/core/a.cpp", "shared/../daemon/app/a.h"),
        ):
            self.assertEqual(self.includes(path, f'"{header}"'), 1, f"{path} -> {header}")

    def test_good_edges_are_not(self):
        for path, header in (
            ("shared/core/a.cpp", "shared/core/a.h"),
            ("shared/async/a.h", "shared/core/result.h"),
            ("daemon/api/a.cpp", "daemon/pipeline/runner.h"),
            ("daemon/app/a.cpp", "daemon/storage/sqlite/accounts.h"),
            ("daemon/app/a.cpp", "shared/wire/jsonscan.h"),
            ("daemon/storage/sqlite/a.cpp", "daemon/accounts/userstore.h"),
            ("tests/unit/http/tst_a.cpp", "daemon/http/listener.h"),
            ("tests/unit/http/tst_a.cpp", "tests/support/rawhttpclient.h"),
            ("tests/unit/http/tst_a.cpp", "tst_a.moc"),
        ):
            self.assertEqual(self.includes(path, f'"{header}"'), 0, f"{path} -> {header}")
        self.assertEqual(self.includes("shared/core/a.cpp", "<QString>", "<vector>"), 0)

    def test_pages_see_neither_json_nor_http(self):
        self.assertEqual(self.includes("gui/pages/a.cpp", "<QJsonObject>", "<QNetworkReply>", '"shared/client/c.h"'), 3)
        self.assertEqual(self.includes("gui/models/a.cpp", '"shared/client/client.h"'), 0)

    def test_comments_do_not_include(self):
        text = '// #include "daemon/app/a.h"\n/*\n#include "daemon/app/a.h"\n*/\n'
        self.assertEqual(messages(lint_includes, "shared/core/a.h", text), [])

    def test_table_has_no_loose_ends(self):
        for entry, edges in lint_includes.ALLOWED.items():
            for edge in edges:
                self.assertTrue(edge in lint_includes.ALLOWED or edge in sources.ROOTS, f"{entry} -> {edge}")

    def test_shared_folders_have_an_order(self):
        def reach(folder, path=()):
            self.assertNotIn(folder, path, "a cycle")
            for edge in lint_includes.ALLOWED[folder]:
                reach(edge, (*path, folder))

        for folder in lint_includes.ALLOWED:
            if folder.startswith("shared/"):
                reach(folder)


class Coroutines(unittest.TestCase):
    def found(self, text: str) -> list[str]:
        return messages(lint_coroutines, "daemon/a/a.cpp", text)

    def test_bad_parameters_are_found(self):
        for text in (
            "Task<int> f(const QString &name);",
            "QCoro::Task<> f(int a, std::vector<int> &&items)\n{\n}",
            "moe::Task<std::vector<std::pair<int, int>>> f(std::string_view text);",
            "Task<void> f(QStringView name, RequestContext context);",
            "Task<void> Store::f(QByteArrayView bytes);",
            "Task<void> f(std::span<const int> items);",
            "Task<void> f(const char *name);",
            "Task<void> f(QAnyStringView name = {});",
            "virtual Task<void> f(QList<int> a,\n                     const RequestContext &context) = 0;",
            "const auto f = [](const QString &name) -> Task<void> { co_return {}; };",
            "const auto f = [](QStringView name) mutable -> QCoro::Task<> { co_return; };",
            "[[nodiscard]] Task<T> withTimeout(F &&body)",
        ):
            self.assertEqual(len(self.found(text)), 1, text)

    def test_good_parameters_are_not(self):
        for text in (
            "Task<int> f(QString name, RequestContext context);",
            "Task<int> f(std::function<Task<int>(const QString &)> body);",
            "Task<int> f(std::shared_ptr<const std::vector<int>> items = std::make_shared<std::vector<int>>());",
            "Task<int> f(Store *store);",
            "void f(std::vector<Task<int>> &tasks);",
            "for (Task<int> &task : tasks) { }",
            "/* Task<int> f(int &a); */ // Task<int> f(int &a);",
            "const auto f = [](QString name) -> Task<void> { co_return {}; };",
            "Task<int> forward(const QString &name); // lint: not a coroutine",
            "Task<int> m_task;",
        ):
            self.assertEqual(self.found(text), [], text)

    def test_capturing_lambda_coroutines_are_found(self):
        for text in (
            "run([this] { co_await x(); });",
            "run([&a, b](int c) mutable -> Task<int> { co_return c; });",
            "run([=]() { CO_TRY_VOID(x()); });",
            "run([a]() { return [] { return 1; }() + 2; });run([a] { f([] { }); co_await y; });",
        ):
            self.assertEqual(len(self.found(text)), 1, text)

    def test_other_lambdas_are_not(self):
        for text in (
            "run([] { co_await x(); });",
            "run([this] { return x(); });",
            "run([this] { spawn([](int a) -> Task<int> { co_return a; }(m_a)); });",
            "int a[3] = {co}; auto x = b[i] (c); [[nodiscard]] int f() { }",
            "Task<int> f() { QObject::connect(a, b, c, [d] { d.complete(1); }); co_return 1; }",
        ):
            self.assertEqual(self.found(text), [], text)

    def test_nothing_is_left_behind(self):
        for text in ("thread.detach();", "t->detach ();", "std::async(f);", "std::async(std::launch::async, f);",
                     "QtConcurrent::run(f);"):
            self.assertGreaterEqual(len(self.found(text)), 1, text)
        self.assertEqual(self.found("bytes.detached(); // thread.detach();"), [])


class Platform(unittest.TestCase):
    HEAD = lint_platform.SPDX + "\n"

    def found(self, path: str, text: str) -> list[str]:
        return messages(lint_platform, path, self.HEAD + text)

    def test_gui_stays_in_gui(self):
        for header in ("QApplication", "QGuiApplication", "QWidget", "QtWidgets", "QtGui/QImage", "QTableView", "QIcon"):
            for folder in ("daemon/app", "shared/core"):
                self.assertEqual(len(self.found(f"{folder}/a.cpp", f"#include <{header}>\n")), 1, header)
            self.assertEqual(self.found("gui/app/a.cpp", f"#include <{header}>\n"), [])
        for header in ("QCoreApplication", "QStringView", "QByteArrayView", "QUtf8StringView", "QAnyStringView", "ranges"):
            self.assertEqual(self.found("shared/core/a.cpp", f"#include <{header}>\n"), [], header)

    def test_posix_stays_in_the_daemon(self):
        for header in ("unistd.h", "sys/socket.h", "poll.h", "signal.h", "fcntl.h", "pthread.h", "linux/close_range.h",
                       "netinet/in.h", "csignal"):
            for folder in ("shared/core", "gui/app"):
                self.assertEqual(len(self.found(f"{folder}/a.cpp", f"#include <{header}>\n")), 1, header)
            self.assertEqual(self.found("daemon/app/a.cpp", f"#include <{header}>\n"), [])
        self.assertEqual(self.found("shared/core/a.cpp", "#include <cstdio>\n#include <thread>\n"), [])
        self.assertEqual(self.found("shared/core/a.cpp", "// #include <unistd.h>\n"), [])

    def test_form(self):
        self.assertEqual(len(messages(lint_platform, "shared/core/a.cpp", "\n")), 1)
        self.assertEqual(len(self.found("shared/core/a.h", "\n")), 1)
        self.assertEqual(self.found("shared/core/a.h", "#pragma once\n"), [])
        self.assertEqual(self.found("shared/core/a.cpp", "\n" * 399), [])
        self.assertEqual(len(self.found("shared/core/a.cpp", "\n" * 400)), 1)
        self.assertEqual(self.found("daemon/app/main.cpp", "\n" * 58), [])
        self.assertEqual(len(self.found("daemon/app/main.cpp", "\n" * 59)), 1)
        self.assertEqual(self.found("daemon/app/mains.cpp", "\n" * 59), [])
        for line in ("x \n", "\tx\n", "x" * 121 + "\n", "x"):
            self.assertEqual(len(self.found("shared/core/a.cpp", line)), 1, line)
        self.assertEqual(self.found("shared/core/a.cpp", "ä" * 120 + "\n"), [])

    def test_latin1_literals_are_ascii(self):
        for text in ('f("§ 1"_L1);\n', 'f("a",\n  "§ 1 \\" "\n  "BGB"_L1);\n', 'f("x"_L1, "BGB " "…"_L1);\n'):
            self.assertEqual(len(self.found("daemon/a/a.cpp", text)), 1, text)
        for text in ('f("\\xa7 1"_L1); // §\n', 'f(u"§"_s, "a"_L1);\n', 'f(\'"\', "§", "a"_L1);\n', '// "§"_L1\n'):
            self.assertEqual(self.found("daemon/a/a.cpp", text), [], text)


class Runs(unittest.TestCase):
    def tree(self, folder: str, files: dict[str, str]) -> Path:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return Path(folder)

    def test_status_tells_whether_something_was_found(self):
        def check(source):
            return [sources.Finding(source.path, 1, "bad")] if "bad" in source.text else []

        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(sources.run(check, ["", folder]), 1, "nothing looked at is no success")
            self.tree(folder, {"shared/core/a.h": "good", "build/b.h": "bad", "shared/core/c.txt": "bad"})
            self.assertEqual(sources.run(check, ["", folder]), 0)
            self.tree(folder, {"gui/app/a.cpp": "bad"})
            self.assertEqual(sources.run(check, ["", folder]), 1)

    @unittest.skipUnless(os.environ.get("CLANG_FORMAT"), "clang-format-19 is not installed")
    def test_format(self):
        program = os.environ["CLANG_FORMAT"]
        with tempfile.TemporaryDirectory() as folder:
            root = self.tree(folder, {".clang-format": "BasedOnStyle: WebKit\n", "shared/core/good.cpp": "int a = 1;\n",
                                      "shared/core/bad.cpp": "int  a=1 ;\n"})
            self.assertEqual(lint_format.find_unformatted(root, ["shared/core/good.cpp"], program), "")
            self.assertIn("bad.cpp:1", lint_format.find_unformatted(root, ["shared/core/bad.cpp"], program))
            self.tree(folder, {".clang-format": "BasedOnStyle: Nobody\n"})
            self.assertNotEqual(lint_format.find_unformatted(root, ["shared/core/good.cpp"], program), "")


if __name__ == "__main__":
    unittest.main()
