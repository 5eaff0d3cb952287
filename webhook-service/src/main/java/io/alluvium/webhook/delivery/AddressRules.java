package io.alluvium.webhook.delivery;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Which addresses a destination may have. Everything that is not a public unicast address belongs to the network this service
 * runs in, or to the service itself, and whoever configures a destination must not reach into it by accident or on purpose.
 */
final class AddressRules {

    /** Blocks of IPv4 that are not public: RFC 6890 and its successors; 168.63.129.16 is a cloud's host. */
    private static final int[][] NOT_PUBLIC = {
        block(0, 0, 8),
        block(10, 0, 8),
        block(100, 64, 10),
        block(127, 0, 8),
        block(169, 254, 16),
        block(172, 16, 12),
        block(192, 168, 16),
        block(198, 18, 15),
        block(224, 0, 4),
        block(240, 0, 4)
    };

    private static final int[] NOT_PUBLIC_24 = {0xC0000000, 0xC0000200, 0xC0586300, 0xC6336400, 0xCB007100};
    private static final int HOST_OF_A_CLOUD = 0xA83F8110;

    private AddressRules() {}

    private static int[] block(int first, int second, int bits) {
        return new int[] {first << 24 | second << 16, -1 << 32 - bits};
    }

    static boolean isPublic(InetAddress address) {
        if (address instanceof Inet4Address) {
            return isPublic4(number(address.getAddress(), 0));
        }
        return address instanceof Inet6Address && isPublic6(address.getAddress());
    }

    private static boolean isPublic4(int address) {
        for (int[] block : NOT_PUBLIC) {
            if ((address & block[1]) == block[0]) {
                return false;
            }
        }
        for (int block : NOT_PUBLIC_24) {
            if ((address & 0xFFFFFF00) == block) {
                return false;
            }
        }
        return address != HOST_OF_A_CLOUD;
    }

    /** Only 2000::/3 is public, and of that not what leads to an IPv4 address that is not, or is for documents. */
    private static boolean isPublic6(byte[] address) {
        int first = number(address, 0);
        int second = number(address, 4);
        if (first == 0x0064FF9B && second == 0 && number(address, 8) == 0) {
            return isPublic4(number(address, 12)); // NAT64
        }
        if (first >>> 16 == 0x2002) {
            return isPublic4(number(address, 2)); // 6to4
        }
        boolean special = first >>> 9 == 0x20010000 >>> 9 // 2001::/23, Teredo among it
                || first == 0x20010DB8
                || first >>> 12 == 0x3FFF0000 >>> 12;
        return first >>> 29 == 1 && !special;
    }

    private static int number(byte[] bytes, int from) {
        return (bytes[from] & 255) << 24
                | (bytes[from + 1] & 255) << 16
                | (bytes[from + 2] & 255) << 8
                | bytes[from + 3] & 255;
    }

    /**
     * @param addresses of a host, at least one
     * @return the first one that is public
     * @throws UnknownHostException naming the address that is not, where none is
     */
    static InetAddress firstPublic(String host, InetAddress[] addresses) throws UnknownHostException {
        for (InetAddress address : addresses) {
            if (isPublic(address)) {
                return address;
            }
        }
        throw new UnknownHostException("address " + addresses[0].getHostAddress() + " of " + host
                + " is not public; the route allows none of those (allow-private-addresses)");
    }
}
