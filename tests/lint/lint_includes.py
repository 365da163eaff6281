# SPDX-License-Identifier: Apache-2.0
"""Which folder may include which. The table is the architecture: a new edge is a decision, not a detail."""

import re
import sys

from sources import Finding, Source, code_only, line_of, run

SHARED = ("shared/core", "shared/model", "shared/async", "shared/wire")
# What every feature of the daemon may use.
BASE = (*SHARED, "daemon/telemetry")

# folder: the folders it may include beside itself.
ALLOWED = {
    # Values first, then what carries them, then who speaks to the daemon.
    "shared/core": (),
    "shared/model": ("shared/core",),
    "shared/async": ("shared/core", "shared/model"),
    "shared/wire": ("shared/core", "shared/model"),
    "shared/wire/control": ("shared/core", "shared/model", "shared/wire"),
    "shared/client": (*SHARED, "shared/wire/control"),

    # Features: they own the interfaces they need of storage, and do not know each other but for their values.
    "daemon/telemetry": ("shared/core", "shared/model"),
    # Pure functions over requests and answers.
    "daemon/dialect": ("shared/core", "shared/model", "shared/wire"),
    "daemon/accounts": BASE,
    "daemon/settings": (*BASE, "daemon/accounts"),
    "daemon/inference": (*BASE, "daemon/dialect"),
    "daemon/experts": (*BASE, "daemon/inference"),
    "daemon/cache": (*BASE, "daemon/inference"),
    "daemon/knowledge": (*BASE, "daemon/inference"),
    "daemon/tools": (*BASE, "daemon/tools/algebra", "daemon/tools/json", "daemon/tools/worker"),
    "daemon/tools/algebra": SHARED,
    "daemon/tools/json": (*BASE, "daemon/tools", "daemon/tools/worker"),
    "daemon/tools/law": (*BASE, "daemon/tools", "daemon/tools/web"),
    # The protocol: knows tools, but nothing that carries it.
    "daemon/tools/mcp": (*BASE, "daemon/tools"),
    "daemon/tools/mcp/client": (*BASE, "daemon/tools", "daemon/tools/mcp", "daemon/tools/web",
                                "daemon/tools/worker"),
    # HTTP to servers that are neither inference nodes nor ours.
    "daemon/tools/web": SHARED,
    "daemon/tools/worker": BASE,
    "daemon/events": BASE,
    "daemon/pipeline": (*BASE, "daemon/pipeline/nodes", "daemon/dialect", "daemon/inference", "daemon/experts",
                        "daemon/cache", "daemon/knowledge", "daemon/tools"),
    "daemon/pipeline/nodes": (*BASE, "daemon/pipeline", "daemon/dialect", "daemon/inference", "daemon/experts",
                              "daemon/cache", "daemon/knowledge", "daemon/tools"),

    # Storage implements the features' interfaces; only daemon/app names it.
    "daemon/storage": BASE,
    **{f"daemon/storage/{engine}": (*BASE, "daemon/storage", "daemon/accounts", "daemon/experts", "daemon/pipeline",
                                    "daemon/cache", "daemon/knowledge", "daemon/events", "daemon/tools/law")
       for engine in ("relational", "sqlite", "postgres", "valkey", "neo4j", "chroma")},

    # The edge: HTTP knows keys, resources know services.
    "daemon/http": (*BASE, "daemon/accounts"),
    "daemon/api": (*BASE, "daemon/http", "daemon/dialect", "daemon/accounts", "daemon/inference", "daemon/experts",
                   "daemon/pipeline", "daemon/tools", "daemon/tools/mcp", "daemon/knowledge", "daemon/cache",
                   "daemon/events"),
    "daemon/api/control": (*BASE, "shared/wire/control", "daemon/api", "daemon/http", "daemon/accounts",
                           "daemon/settings", "daemon/inference", "daemon/experts", "daemon/pipeline"),
    # The local command socket of the daemon, and the program at its other end.
    "daemon/ctl": (*BASE, "shared/client", "shared/wire/control"),
    "daemon/ctl/moectl": (*SHARED, "shared/client", "shared/wire/control", "daemon/ctl"),
    # The composition root sees everything of the daemon.
    "daemon/app": ("shared", "daemon"),

    "gui/models": (*SHARED, "shared/client"),
    "gui/commands": ("shared/core", "shared/model", "shared/async", "shared/client", "gui/models"),
    "gui/widgets": ("shared/core", "shared/model", "gui/models"),
    "gui/pages": ("shared/core", "shared/model", "gui/models", "gui/widgets", "gui/commands"),
    "gui/app": ("shared", "gui"),

    # Tests see everything; what they share must not depend on what is tested, and a simulated node speaks for itself.
    "tests": ("shared", "daemon", "gui", "tests"),
    "tests/support": (*SHARED,),
    "tests/simnode": (*SHARED, "tests/support"),
}

# gui/pages never see JSON or HTTP, whatever folder it would come from.
FORBIDDEN_HEADERS = {
    "gui/pages": re.compile(r"QJson\w*|QNetwork\w*|QHttp\w*|QRest\w*|(?:shared/)?(?:wire|client)/.*"),
}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.MULTILINE)
# Generated beside the source by Qt's tools.
_GENERATED = re.compile(r"(?:[\w]+\.moc|moc_[\w]+\.cpp|ui_[\w]+\.h)")


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def entry_of(folder: str) -> str | None:
    """The folder's name in the table. A library is listed itself; below tests/ the nearest folder above counts."""
    while folder.startswith("tests/") and folder not in ALLOWED:
        folder = folder_of(folder)
    return folder if folder in ALLOWED else None


def is_under(folder: str, ancestor: str) -> bool:
    return folder == ancestor or folder.startswith(ancestor + "/")


def may_include(entry: str, target: str) -> bool:
    if target == entry:
        return True
    # An entry of one level ("daemon") opens a whole tree; a library opens itself only.
    return any(target == edge if "/" in edge else is_under(target, edge) for edge in ALLOWED[entry])


def check(source: Source) -> list[Finding]:
    folder = folder_of(source.path)
    entry = entry_of(folder)
    if entry is None:
        return [Finding(source.path, 1, f"the folder {folder} is not in the table of lint_includes.py")]
    findings = []
    code = code_only(source.text)
    for match in _INCLUDE.finditer(source.text):
        if code[match.start():match.end()].lstrip()[:1] != "#":
            continue  # inside a comment
        quoted, angled = match.groups()
        line = line_of(source.text, match.start())
        forbidden = FORBIDDEN_HEADERS.get(entry)
        if forbidden and forbidden.fullmatch(quoted or angled):
            findings.append(Finding(source.path, line, f"{entry} must not see {quoted or angled}"))
        elif quoted is not None:
            findings += check_own(source.path, folder, entry, quoted, line)
    return findings


def check_own(path: str, folder: str, entry: str, header: str, line: int) -> list[Finding]:
    if _GENERATED.fullmatch(header):
        return []
    target = folder_of(header)
    if target.split("/")[0] not in ("shared", "daemon", "gui", "tests") or ".." in header:
        return [Finding(path, line, f'"{header}" is not written from the root')]
    target_entry = entry_of(target)
    if target_entry is None:
        return [Finding(path, line, f"the folder {target} is not in the table of lint_includes.py")]
    if folder == target or may_include(entry, target_entry):
        return []
    return [Finding(path, line, f"{entry} must not include {target_entry} ({header})")]


if __name__ == "__main__":
    sys.exit(run(check, sys.argv))
