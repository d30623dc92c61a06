//! Ids of devices: the same device of the same machine always has the same one, so that a plan can be made twice.

/// The id (GUID) of something that these words name. It is one of version 8, whose bits the maker of an id may choose.
pub fn derived(words: &[&str]) -> String {
    let mut hash = OFFSET;
    for word in words {
        // The byte between words is in no word, so that no two lists of words are the same bytes.
        for byte in word.bytes().chain([0xFF]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    let fields = hash & !(0xF << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let text = format!("{fields:032x}");
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// Begin and factor of the hash FNV-1a with 128 bits, see <http://www.isthe.com/chongo/tech/comp/fnv/>.
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_depend_on_every_word() {
        let id = derived(&["c1@vm", "PCI\\VEN_1", "0"]);
        assert_eq!(id, derived(&["c1@vm", "PCI\\VEN_1", "0"]));
        assert_ne!(id, derived(&["c1@vm", "PCI\\VEN_1", "1"]));
        assert_ne!(derived(&["a", "b"]), derived(&["ab", ""]));
    }

    #[test]
    fn ids_have_the_form_of_version_8() {
        let id = derived(&["a"]);
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "8");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }
}
