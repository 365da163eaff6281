// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: ipaddress.
namespace moe::tools {

// clang-format off
ToolCases networkCases()
{
    return {
        {"subnet_calc", R"({"cidr": "192.168.1.0/24"})",
         R"({"version": 4, "cidr": "192.168.1.0/24", "prefix_length": 24, )"
         R"("network": "192.168.1.0", "netmask": "255.255.255.0", "wildcard": "0.0.0.255", )"
         R"("addresses": "256", "usable_hosts": "254", "first_host": "192.168.1.1", )"
         R"("last_host": "192.168.1.254", "is_network_address": true, )"
         R"("broadcast": "192.168.1.255"})",
         R"(192.168.1.0/24: netmask 255.255.255.0, broadcast 192.168.1.255, 254 usable hosts, )"
         R"(192.168.1.1 to 192.168.1.254)"},
        {"subnet_calc", R"({"cidr": "192.168.1.10/24"})",
         R"({"version": 4, "cidr": "192.168.1.0/24", "prefix_length": 24, )"
         R"("network": "192.168.1.0", "netmask": "255.255.255.0", "wildcard": "0.0.0.255", )"
         R"("addresses": "256", "usable_hosts": "254", "first_host": "192.168.1.1", )"
         R"("last_host": "192.168.1.254", "is_network_address": false, )"
         R"("broadcast": "192.168.1.255"})"},
        {"subnet_calc", R"({"cidr": "10.0.0.0/8"})",
         R"({"version": 4, "cidr": "10.0.0.0/8", "prefix_length": 8, "network": "10.0.0.0", )"
         R"("netmask": "255.0.0.0", "wildcard": "0.255.255.255", "addresses": "16777216", )"
         R"("usable_hosts": "16777214", "first_host": "10.0.0.1", "last_host": "10.255.255.254", )"
         R"("is_network_address": true, "broadcast": "10.255.255.255"})"},
        {"subnet_calc", R"({"cidr": "0.0.0.0/0"})",
         R"({"version": 4, "cidr": "0.0.0.0/0", "prefix_length": 0, "network": "0.0.0.0", )"
         R"("netmask": "0.0.0.0", "wildcard": "255.255.255.255", "addresses": "4294967296", )"
         R"("usable_hosts": "4294967294", "first_host": "0.0.0.1", )"
         R"("last_host": "255.255.255.254", "is_network_address": true, )"
         R"("broadcast": "255.255.255.255"})"},
        {"subnet_calc", R"({"cidr": "172.16.5.4/30"})",
         R"({"version": 4, "cidr": "172.16.5.4/30", "prefix_length": 30, )"
         R"("network": "172.16.5.4", "netmask": "255.255.255.252", "wildcard": "0.0.0.3", )"
         R"("addresses": "4", "usable_hosts": "2", "first_host": "172.16.5.5", )"
         R"("last_host": "172.16.5.6", "is_network_address": true, "broadcast": "172.16.5.7"})"},
        {"subnet_calc", R"({"cidr": "10.1.2.3/31"})",
         R"({"version": 4, "cidr": "10.1.2.2/31", "prefix_length": 31, "network": "10.1.2.2", )"
         R"("netmask": "255.255.255.254", "wildcard": "0.0.0.1", "addresses": "2", )"
         R"("usable_hosts": "2", "first_host": "10.1.2.2", "last_host": "10.1.2.3", )"
         R"("is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "10.1.2.3/32"})",
         R"({"version": 4, "cidr": "10.1.2.3/32", "prefix_length": 32, "network": "10.1.2.3", )"
         R"("netmask": "255.255.255.255", "wildcard": "0.0.0.0", "addresses": "1", )"
         R"("usable_hosts": "1", "first_host": "10.1.2.3", "last_host": "10.1.2.3", )"
         R"("is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "255.255.255.255/32"})",
         R"({"version": 4, "cidr": "255.255.255.255/32", "prefix_length": 32, )"
         R"("network": "255.255.255.255", "netmask": "255.255.255.255", "wildcard": "0.0.0.0", )"
         R"("addresses": "1", "usable_hosts": "1", "first_host": "255.255.255.255", )"
         R"("last_host": "255.255.255.255", "is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "192.168.100.14/22"})",
         R"({"version": 4, "cidr": "192.168.100.0/22", "prefix_length": 22, )"
         R"("network": "192.168.100.0", "netmask": "255.255.252.0", "wildcard": "0.0.3.255", )"
         R"("addresses": "1024", "usable_hosts": "1022", "first_host": "192.168.100.1", )"
         R"("last_host": "192.168.103.254", "is_network_address": false, )"
         R"("broadcast": "192.168.103.255"})"},
        {"subnet_calc", R"({"cidr": "203.0.113.77/27"})",
         R"({"version": 4, "cidr": "203.0.113.64/27", "prefix_length": 27, )"
         R"("network": "203.0.113.64", "netmask": "255.255.255.224", "wildcard": "0.0.0.31", )"
         R"("addresses": "32", "usable_hosts": "30", "first_host": "203.0.113.65", )"
         R"("last_host": "203.0.113.94", "is_network_address": false, )"
         R"("broadcast": "203.0.113.95"})"},
        {"subnet_calc", R"({"cidr": "10.0.0.255/25"})",
         R"({"version": 4, "cidr": "10.0.0.128/25", "prefix_length": 25, )"
         R"("network": "10.0.0.128", "netmask": "255.255.255.128", "wildcard": "0.0.0.127", )"
         R"("addresses": "128", "usable_hosts": "126", "first_host": "10.0.0.129", )"
         R"("last_host": "10.0.0.254", "is_network_address": false, "broadcast": "10.0.0.255"})"},
        {"subnet_calc", R"({"cidr": "2001:db8::/32"})",
         R"({"version": 6, "cidr": "2001:db8::/32", "prefix_length": 32, )"
         R"("network": "2001:db8::", "netmask": "ffff:ffff::", )"
         R"("wildcard": "::ffff:ffff:ffff:ffff:ffff:ffff", )"
         R"("addresses": "79228162514264337593543950336", "usable_hosts": "7922816251426433759354)"
         R"(3950335", "first_host": "2001:db8::1", "last_host": "2001:db8:ffff:ffff:ffff:ffff:fff)"
         R"(f:ffff", "is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "2001:db8::1/64"})",
         R"({"version": 6, "cidr": "2001:db8::/64", "prefix_length": 64, )"
         R"("network": "2001:db8::", "netmask": "ffff:ffff:ffff:ffff::", )"
         R"("wildcard": "::ffff:ffff:ffff:ffff", "addresses": "18446744073709551616", )"
         R"("usable_hosts": "18446744073709551615", "first_host": "2001:db8::1", )"
         R"("last_host": "2001:db8::ffff:ffff:ffff:ffff", "is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "::/0"})",
         R"({"version": 6, "cidr": "::/0", "prefix_length": 0, "network": "::", "netmask": "::", )"
         R"("wildcard": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", )"
         R"("addresses": "340282366920938463463374607431768211456", )"
         R"("usable_hosts": "340282366920938463463374607431768211455", "first_host": "::1", )"
         R"("last_host": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "fe80::1/10"})",
         R"({"version": 6, "cidr": "fe80::/10", "prefix_length": 10, "network": "fe80::", )"
         R"("netmask": "ffc0::", "wildcard": "3f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", )"
         R"("addresses": "332306998946228968225951765070086144", )"
         R"("usable_hosts": "332306998946228968225951765070086143", "first_host": "fe80::1", )"
         R"("last_host": "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "2001:db8::1/127"})",
         R"({"version": 6, "cidr": "2001:db8::/127", "prefix_length": 127, )"
         R"("network": "2001:db8::", "netmask": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", )"
         R"("wildcard": "::1", "addresses": "2", "usable_hosts": "2", )"
         R"("first_host": "2001:db8::", "last_host": "2001:db8::1", "is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "2001:db8::1/128"})",
         R"({"version": 6, "cidr": "2001:db8::1/128", "prefix_length": 128, )"
         R"("network": "2001:db8::1", "netmask": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", )"
         R"("wildcard": "::", "addresses": "1", "usable_hosts": "1", )"
         R"("first_host": "2001:db8::1", "last_host": "2001:db8::1", "is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "2001:db8:abcd:12:3456::/56"})",
         R"({"version": 6, "cidr": "2001:db8:abcd::/56", "prefix_length": 56, )"
         R"("network": "2001:db8:abcd::", "netmask": "ffff:ffff:ffff:ff00::", )"
         R"("wildcard": "::ff:ffff:ffff:ffff:ffff", "addresses": "4722366482869645213696", )"
         R"("usable_hosts": "4722366482869645213695", "first_host": "2001:db8:abcd::1", )"
         R"("last_host": "2001:db8:abcd:ff:ffff:ffff:ffff:ffff", "is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "::1/128"})",
         R"({"version": 6, "cidr": "::1/128", "prefix_length": 128, "network": "::1", )"
         R"("netmask": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "wildcard": "::", )"
         R"("addresses": "1", "usable_hosts": "1", "first_host": "::1", "last_host": "::1", )"
         R"("is_network_address": true})"},
        {"subnet_calc", R"({"cidr": "ff02::1/126"})",
         R"({"version": 6, "cidr": "ff02::/126", "prefix_length": 126, "network": "ff02::", )"
         R"("netmask": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc", "wildcard": "::3", )"
         R"("addresses": "4", "usable_hosts": "3", "first_host": "ff02::1", )"
         R"("last_host": "ff02::3", "is_network_address": false})"},
        {"subnet_calc", R"({"cidr": "10.0.0.0/255.0.0.0"})",
         R"({"version": 4, "cidr": "10.0.0.0/8", "prefix_length": 8, "network": "10.0.0.0", )"
         R"("netmask": "255.0.0.0", "wildcard": "0.255.255.255", "addresses": "16777216", )"
         R"("usable_hosts": "16777214", "first_host": "10.0.0.1", "last_host": "10.255.255.254", )"
         R"("is_network_address": true, "broadcast": "10.255.255.255"})"},
        {"subnet_calc", R"({"cidr": "192.168.1.77/255.255.255.240"})",
         R"({"version": 4, "cidr": "192.168.1.64/28", "prefix_length": 28, )"
         R"("network": "192.168.1.64", "netmask": "255.255.255.240", "wildcard": "0.0.0.15", )"
         R"("addresses": "16", "usable_hosts": "14", "first_host": "192.168.1.65", )"
         R"("last_host": "192.168.1.78", "is_network_address": false, )"
         R"("broadcast": "192.168.1.79"})"},
        {"subnet_calc", R"({"cidr": "192.168.1.0"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "192.168.1.0/33"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "192.168.1.0/-1"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "192.168.1.256/24"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "192.168.1/24"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/255.0.255.0"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "2001:db8::/129"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "2001:db8::g/32"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": ""})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "/24"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/24/8"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "01.2.3.4/8"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "fe80::1%eth0/64"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/2٤"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "::/255.0.0.0"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "10.0.0.0\u0000/8"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/ 24"})",
         "!invalid_arguments"},
        {"subnet_calc", R"({"cidr": "1.2.3.4/0000024"})",
         "!invalid_arguments"},
    };
}
// clang-format on

}
