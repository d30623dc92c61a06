//! Addresses: ranges of them, the next one that is free, and hardware addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    first: u128,
    /// How many bits of an address are the range's.
    pub(crate) length: u8,
    version4: bool,
}

impl Prefix {
    /// Reads `172.20.0.0/20`, whose bits after the length must be 0.
    pub(crate) fn parse(text: &str) -> Option<Prefix> {
        let (address, length) = text.split_once('/')?;
        let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
        let (number, version4) = (number(address), address.is_ipv4());
        let bits = if version4 { 32 } else { 128 };
        let prefix = Prefix { first: number, length, version4 };
        (length <= bits && number & prefix.rest() == 0).then_some(prefix)
    }

    /// The bits that differ between its addresses.
    fn rest(self) -> u128 {
        let bits = if self.version4 { 32 } else { 128 };
        u128::MAX.checked_shr(128 - u32::from(bits - self.length)).unwrap_or(0)
    }

    /// Whether an address is one of it.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.version4 && number(address) & !self.rest() == self.first
    }

    /// Whether an address is kept from endpoints: that of the range itself, and the one for all.
    pub(crate) fn reserves(self, address: IpAddr) -> bool {
        let rest = number(address) & self.rest();
        self.rest() > 1 && (rest == 0 || (self.version4 && rest == self.rest()))
    }

    /// The addresses that endpoints may have, ascending.
    pub(crate) fn addresses(self) -> impl Iterator<Item = IpAddr> {
        let addresses = (0..=self.rest()).map(move |rest| address(self.first | rest, self.version4));
        addresses.filter(move |address| !self.reserves(*address))
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

fn address(number: u128, version4: bool) -> IpAddr {
    match version4 {
        true => Ipv4Addr::from(number as u32).into(),
        false => Ipv6Addr::from(number).into(),
    }
}

/// A hardware address as a number, written with hyphens or colons.
pub(crate) fn mac_number(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(['-', ':']).collect();
    let pairs = parts.len() == 6 && parts.iter().all(|part| part.len() == 2);
    pairs.then(|| u64::from_str_radix(&parts.concat(), 16).ok()).flatten()
}

/// A hardware address as the service writes it.
pub(crate) fn mac_text(number: u64) -> String {
    let bytes = number.to_be_bytes();
    bytes[2..].iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_has_its_addresses() {
        let range = Prefix::parse("172.20.0.0/20").unwrap();
        assert!(
            range.contains(ip("172.20.15.255")) && !range.contains(ip("172.20.16.0")) && !range.contains(ip("::1"))
        );
        assert!(
            range.reserves(ip("172.20.0.0"))
                && range.reserves(ip("172.20.15.255"))
                && !range.reserves(ip("172.20.0.1"))
        );
        assert_eq!(range.addresses().next(), Some(ip("172.20.0.1")));
        assert_eq!(range.addresses().count(), 4094);
        assert_eq!(Prefix::parse("10.0.0.1/32").unwrap().addresses().collect::<Vec<_>>(), [ip("10.0.0.1")]);
        let wide = Prefix::parse("fd00::/64").unwrap();
        assert_eq!(wide.addresses().nth(1), Some(ip("fd00::2")));
        for bad in ["", "172.20.0.0", "172.20.0.1/20", "172.20.0.0/33", "a/1", "::/129"] {
            assert_eq!(Prefix::parse(bad), None, "{bad}");
        }
        assert!(Prefix::parse("0.0.0.0/0").is_some() && Prefix::parse("::/0").is_some());
    }

    #[test]
    fn hardware_addresses_are_numbers() {
        assert_eq!(mac_number("00-15-5D-00-0a-FF"), Some(0x0015_5d00_0aff));
        assert_eq!(mac_text(0x0015_5d00_0aff), "00-15-5D-00-0A-FF");
        for bad in ["", "00-15-5D-00-0a", "00-15-5D-00-0a-F", "00-15-5D-00-0a-FG"] {
            assert_eq!(mac_number(bad), None, "{bad}");
        }
    }
}
