// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/network.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/ipnetwork.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

struct SubnetInput {
    QString cidr;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SubnetInput::cidr>{"cidr"_L1, Presence::Required,
                                                    "An IPv4 or IPv6 address and a prefix length, such as "
                                                    "192.168.1.0/24 or 2001:db8::/32; for IPv4 a mask will do, as in "
                                                    "10.0.0.0/255.0.0.0."_L1}};
    }
};

struct Subnet {
    int version = 4;
    QString cidr;
    int prefixLength = 0;
    QString network;
    std::optional<QString> broadcast;
    QString netmask;
    QString wildcard;
    QString addresses;
    QString usableHosts;
    QString firstHost;
    QString lastHost;
    bool isNetworkAddress = true;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Subnet::version>{"version"_L1, Presence::Required, "4 or 6."_L1},
            Field<&Subnet::cidr>{"cidr"_L1, Presence::Required, "Network and prefix length."_L1},
            Field<&Subnet::prefixLength>{"prefix_length"_L1, Presence::Required},
            Field<&Subnet::network>{"network"_L1, Presence::Required, "The network's first address."_L1},
            Field<&Subnet::broadcast>{"broadcast"_L1, Presence::Optional,
                                      "The last address; IPv6, /31 and /32 have no broadcast."_L1},
            Field<&Subnet::netmask>{"netmask"_L1, Presence::Required},
            Field<&Subnet::wildcard>{"wildcard"_L1, Presence::Required, "The mask with all bits inverted."_L1},
            Field<&Subnet::addresses>{"addresses"_L1, Presence::Required,
                                      "How many addresses there are, as digits."_L1},
            Field<&Subnet::usableHosts>{"usable_hosts"_L1, Presence::Required,
                                        "How many of them hosts can have: not network and broadcast (IPv4), not the "
                                        "routers' anycast address (IPv6); all of a /31, /32, /127 or /128."_L1},
            Field<&Subnet::firstHost>{"first_host"_L1, Presence::Required},
            Field<&Subnet::lastHost>{"last_host"_L1, Presence::Required},
            Field<&Subnet::isNetworkAddress>{"is_network_address"_L1, Presence::Required,
                                             "Whether the address given is the network's own, not one in it."_L1}};
    }
};

Result<Subnet> subnet(const SubnetInput &input)
{
    const auto network = IpNetwork::fromText(input.cidr);
    if (!network)
        return failure(badCall(u"cidr: %1."_s.arg(network.error()), u"cidr"_s));
    const bool isIpv4 = network->address.size == 4;
    const bool hasReserved = network->hostBits() > 1; // RFC 3021, RFC 6164
    const IpAddress first = network->first();
    const IpAddress last = network->last();
    const Integer addresses = Integer(1) << mp_bitcnt_t(network->hostBits());
    const int reserved = !hasReserved ? 0 : isIpv4 ? 2 : 1;
    return Subnet{.version = isIpv4 ? 4 : 6,
                  .cidr = u"%1/%2"_s.arg(first.text()).arg(network->prefixLength),
                  .prefixLength = network->prefixLength,
                  .network = first.text(),
                  .broadcast = isIpv4 && hasReserved ? std::optional(last.text()) : std::nullopt,
                  .netmask = network->mask().text(),
                  .wildcard = network->wildcard().text(),
                  .addresses = integerText(addresses),
                  .usableHosts = integerText(addresses - reserved),
                  .firstHost = (hasReserved ? first.next() : first).text(),
                  .lastHost = (hasReserved && isIpv4 ? last.previous() : last).text(),
                  .isNetworkAddress = network->address == first};
}

QString subnetText(const SubnetInput &, const Subnet &subnet)
{
    const QString broadcast = subnet.broadcast ? QString(u", broadcast "_s + *subnet.broadcast) : QString();
    return u"%1: netmask %2%3, %4 usable hosts, %5 to %6"_s.arg(subnet.cidr, subnet.netmask, broadcast,
                                                                subnet.usableHosts, subnet.firstHost, subnet.lastHost);
}

}

ToolList networkTools()
{
    return {calculation({"subnet_calc"_L1, "Subnet"_L1,
                         "What an IPv4 or IPv6 subnet in CIDR notation spans: network, broadcast, mask, wildcard, "
                         "usable hosts, first and last host."_L1},
                        &subnet, &subnetText)};
}

}
