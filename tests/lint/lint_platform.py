# SPDX-License-Identifier: Apache-2.0
"""What sources look like and what each part of the tree may ask of the platform."""

import re
import sys

from sources import Finding, Source, code_only, line_of, run

LINE_LIMIT = 400
MAIN_LIMIT = 60
SPDX = "// SPDX-License-Identifier: Apache-2.0"

# Headers of Qt Gui and Widgets that a daemon might reach for by mistake, and the modules as such.
_GUI = re.compile(
    r"(?:Qt(?:Gui|Widgets|Charts|Svg|Quick|Qml)(?:/.*)?"
    r"|Q(?:Gui)?Application(?<!QCoreApplication)"
    r"|Q(?:Widget|MainWindow|Dialog|Image|Pixmap|Icon|Painter|Color|Font|Brush|Pen|Cursor|Clipboard|Palette|Window"
    r"|Screen|Action|MessageBox|PushButton|Label|Layout|\w+View|\w+Layout|KeySequence|TextDocument|DesktopServices))")
# POSIX and Linux headers; what is left of <sys/…> exists nowhere else either.
_POSIX = re.compile(
    r"(?:sys|netinet|arpa|net|linux|bits)/.*"
    r"|(?:unistd|poll|signal|fcntl|pthread|dirent|dlfcn|fnmatch|glob|grp|pwd|netdb|termios|syslog|utime|spawn|sched"
    r"|semaphore|mqueue|aio|ifaddrs|strings|libgen|execinfo|csignal)\.h|csignal")
# Names that look like widgets but belong to Qt Core.
_CORE_VIEWS = re.compile(r"Q(?:\w*String|ByteArray|Any|Utf8|Latin1)\w*View")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)


def is_under(path: str, *folders: str) -> bool:
    return path.startswith(tuple(folder + "/" for folder in folders))


def check_includes(source: Source) -> list[Finding]:
    findings = []
    code = code_only(source.text)
    for match in _INCLUDE.finditer(source.text):
        if code[match.start():match.end()].lstrip()[:1] != "#":
            continue
        header, line = match[1], line_of(source.text, match.start())
        if is_under(source.path, "daemon", "shared") and _GUI.fullmatch(header) and not _CORE_VIEWS.fullmatch(header):
            findings.append(Finding(source.path, line, f"<{header}> belongs to Gui or Widgets"))
        if is_under(source.path, "shared", "gui") and _POSIX.fullmatch(header):
            findings.append(Finding(source.path, line, f"<{header}> exists on POSIX systems only"))
    return findings


# A text that is not worth breaking: a recorded frame, a message somebody may look for.
_LONG_LITERAL = re.compile(r'"(?:[^"\\]|\\.){50,}|R"')


def check_form(source: Source) -> list[Finding]:
    findings = []
    lines = source.text.split("\n")
    length = len(lines) - (lines[-1] == "")
    if lines[0] != SPDX:
        findings.append(Finding(source.path, 1, f"the first line must be: {SPDX}"))
    if source.path.endswith(".h") and "#pragma once" not in lines:
        findings.append(Finding(source.path, 1, "the header has no #pragma once"))
    if length > LINE_LIMIT:
        findings.append(Finding(source.path, length, f"{length} lines; more than {LINE_LIMIT} want to be split"))
    if source.path.endswith("/main.cpp") and length >= MAIN_LIMIT:
        findings.append(Finding(source.path, length, f"{length} lines; a main.cpp stays under {MAIN_LIMIT}"))
    if source.text and not source.text.endswith("\n"):
        findings.append(Finding(source.path, length, "the last line does not end"))
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            findings.append(Finding(source.path, number, "white space at the end of the line"))
        if "\t" in line:
            findings.append(Finding(source.path, number, "a tab; write \\t or use spaces"))
        if len(line) > 120 and not _LONG_LITERAL.search(line):
            findings.append(Finding(source.path, number, f"{len(line)} columns; the limit is 120"))
    return findings


# Literals beside each other are one; code_only() leaves blanks of what is in them.
_LATIN1_LITERAL = re.compile(r'(?:" *"\s*)*" *"_L1')


def check_literals(source: Source) -> list[Finding]:
    """Sources are UTF-8, and a QLatin1StringView is not: each byte of such a character becomes one of its own."""
    return [Finding(source.path, line_of(source.text, match.start()),
                    "a character beyond ASCII in a Latin-1 literal; write \\xa7, or u\"\"_s")
            for match in _LATIN1_LITERAL.finditer(code_only(source.text))
            if not source.text[match.start():match.end()].isascii()]


def check(source: Source) -> list[Finding]:
    return check_form(source) + check_includes(source) + check_literals(source)


if __name__ == "__main__":
    sys.exit(run(check, sys.argv))
