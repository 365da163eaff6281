// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/commandline.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace moe::sim {

Result<CommandLine> CommandLine::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A simulated inference node for tests, demonstrations and benchmarks."_s);
    parser.addOptions({
        {u"listen"_s, u"Address to listen on."_s, u"address"_s, u"127.0.0.1"_s},
        {u"port"_s, u"Port; 0 picks a free one."_s, u"port"_s, u"0"_s},
        {u"config"_s, u"Configuration, a JSON file."_s, u"file"_s},
        {u"ready-file"_s, u"File to write {\"port\":…,\"pid\":…} to, instead of standard output."_s, u"file"_s},
    });
    const QCommandLineOption help = parser.addHelpOption();
    if (!parser.parse(arguments))
        return failure(Error::invalid(parser.errorText()));
    if (parser.isSet(help))
        parser.showHelp();
    if (!parser.positionalArguments().isEmpty())
        return failure(Error::invalid(u"unexpected argument: "_s + parser.positionalArguments().first()));
    CommandLine line;
    if (!line.address.setAddress(parser.value(u"listen"_s)))
        return failure(Error::invalid(u"--listen: not an IP address"_s));
    bool isNumber = false;
    line.port = parser.value(u"port"_s).toUShort(&isNumber);
    if (!isNumber)
        return failure(Error::invalid(u"--port: not a port number"_s));
    line.configFile = parser.value(u"config"_s);
    line.readyFile = parser.value(u"ready-file"_s);
    return line;
}

Result<std::unique_ptr<SimNode>> CommandLine::start() const
{
    if (configFile.isEmpty())
        return SimNode::start({}, address, port);
    QFile file(configFile);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::invalid(u"--config: cannot read the file: "_s + file.errorString()));
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (error.error != QJsonParseError::NoError || !document.isObject())
        return failure(Error::invalid(u"--config: not a JSON object: "_s + error.errorString()));
    return SimNode::start(document.object(), address, port);
}

Result<void> CommandLine::announce(quint16 boundPort) const
{
    const QByteArray text = JsonWriter()
                                .beginObject()
                                .field("port", boundPort)
                                .field("pid", QCoreApplication::applicationPid())
                                .endObject()
                                .take()
        + '\n';
    if (readyFile.isEmpty()) {
        std::fputs(text.constData(), stdout);
        std::fflush(stdout);
        return {};
    }
    QSaveFile file(readyFile);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0 || !file.commit())
        return failure(Error::invalid(u"--ready-file: cannot write it: "_s + file.errorString()));
    return {};
}

}
